package io.foldserve.http;

import io.foldserve.serving.life.Samples;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The pictures that are shipped with models, to try them with. */
@Path("/v1/models")
@Blocking
@Tag(name = "models")
public class SamplesResource {
    private final Samples samples;

    SamplesResource(Samples samples) {
        this.samples = samples;
    }

    /** One sample's bytes. */
    @GET
    @Path("{model}/samples/{sample}")
    @Produces("image/*")
    @Operation(summary = "Download one of the pictures that are shipped with a model")
    @APIResponse(
            responseCode = "200",
            description = "The picture",
            content = @Content(mediaType = "image/*", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    public Response sample(@PathParam("model") String model, @PathParam("sample") String sample) {
        String extension = sample.substring(sample.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return Response.ok(samples.read(model, sample), "image/" + (extension.equals("jpg") ? "jpeg" : extension))
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "default-src 'none'")
                .build();
    }
}
