package io.foldserve.http;

import io.foldserve.serving.manifest.ManifestSchema;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The schema of the manifests that this version of the service reads. */
@Path("/v1/schema")
@Tag(name = "models")
@NonBlocking
public class SchemaResource {
    private static final String MODEL = ManifestSchema.json();

    /** The JSON Schema of {@code model.yaml}. */
    @GET
    @Path("model.json")
    @Produces("application/schema+json")
    @Operation(summary = "Show the JSON Schema of model.yaml")
    @APIResponse(
            responseCode = "200",
            description = "The schema",
            content = @Content(mediaType = "application/schema+json", schema = @Schema(type = SchemaType.OBJECT)))
    public String model() {
        return MODEL;
    }
}
