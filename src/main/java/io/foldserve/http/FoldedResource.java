package io.foldserve.http;

import io.foldserve.http.access.PredictCall;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.FoldedFile;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.NotReadyException;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The folded networks themselves. */
@Path("/v1/models")
@Blocking
@PredictCall
@Tag(name = "models")
public class FoldedResource {
    /** How many are written at a time. */
    private static final int MOST = 4;

    private final Catalogue catalogue;
    private final Semaphore downloads = new Semaphore(MOST);

    FoldedResource(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** The folded network as {@code fold} writes it; a thread is taken for as long as the client takes. */
    @GET
    @Path("{model}/variants/{variant}/onnx")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(
            summary = "Download one variant's folded network as an ONNX file",
            description = "From normalised pixels to the network's own output, with its weights")
    @APIResponse(
            responseCode = "200",
            description = "The file",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    public Response onnx(@PathParam("model") String model, @PathParam("variant") String variant) {
        try (ModelLease lease = catalogue.lease(model)) {
            LoadedVariant loaded = lease.model().expectVariant(variant);
            return Response.ok(oneOfFew(loaded.folded()), MediaType.APPLICATION_OCTET_STREAM_TYPE)
                    .header(
                            HttpHeaders.CONTENT_DISPOSITION,
                            "attachment; filename=\"%s-%s.onnx\"".formatted(loaded.model(), loaded.name()))
                    .header("X-Content-Type-Options", "nosniff")
                    .build();
        }
    }

    /** Slow clients must not take the threads of others. */
    private StreamingOutput oneOfFew(FoldedFile file) {
        return out -> {
            if (!downloads.tryAcquire()) {
                throw new NotReadyException(MOST + " networks are being downloaded; try again later");
            }
            try {
                file.write(out);
            } catch (IOException gone) {
                CancellationException cancelled = new CancellationException("the client went away");
                cancelled.initCause(gone);
                throw cancelled;
            } finally {
                downloads.release();
            }
        };
    }
}
