package io.foldserve.protocol.rest;

import io.foldserve.protocol.RepositoryIndex;
import io.foldserve.protocol.ServerDescription;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.ReadinessPolicy;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code /v2}: the service itself, its health and its repository of models. */
@Path("/v2")
@Tag(name = "Open Inference Protocol v2")
@Produces(MediaType.APPLICATION_JSON)
public class ServerResource {
    private final Catalogue catalogue;
    private final ReadinessPolicy readiness;
    private final String version;

    ServerResource(
            Catalogue catalogue,
            ReadinessPolicy readiness,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.catalogue = catalogue;
        this.readiness = readiness;
        this.version = version;
    }

    /**
     * The service.
     *
     * @param name its name
     * @param version its version
     * @param extensions the protocol's extensions that it speaks
     */
    public record Metadata(String name, String version, List<String> extensions) {}

    /** What the service is. */
    @GET
    @Operation(summary = "The service's name, version and extensions")
    public Metadata metadata() {
        return new Metadata(ServerDescription.NAME, version, ServerDescription.EXTENSIONS);
    }

    /** Whether the process answers. */
    @GET
    @Path("health/live")
    @Operation(summary = "Whether the service lives")
    public Map<String, Boolean> live() {
        return Map.of("live", true);
    }

    /** Whether every model is served, as {@code /q/health/ready}; else 503 with the reasons. */
    @GET
    @Path("health/ready")
    @Operation(summary = "Whether every model is served")
    @APIResponse(
            responseCode = "200",
            description = "It is",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/Readiness")))
    public Response ready() {
        List<String> reasons = readiness.reasons(catalogue);
        return reasons.isEmpty()
                ? Response.ok(Map.of("ready", true)).build()
                : Response.status(Response.Status.SERVICE_UNAVAILABLE)
                        .entity(Map.of("ready", false, "error", String.join("; ", reasons)))
                        .build();
    }

    /** The models and their states. */
    @POST
    @Path("repository/index")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "The models and their states")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/IndexRequest")))
    public List<RepositoryIndex.Item> index(@Nullable String body) {
        return RepositoryIndex.of(catalogue, IndexBody.readyOnly(body == null ? "" : body));
    }
}
