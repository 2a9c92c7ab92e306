package io.foldserve.http;

import io.foldserve.http.access.AdminCall;
import io.foldserve.serving.ServingConfig;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.parity.Parity;
import io.foldserve.serving.parity.ParityReport;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How each variant of a model compares with its baseline. */
@Path("/v1/models")
@Tag(name = "parity")
public class ParityResource {
    private final Catalogue catalogue;
    private final Parity parity;
    private final ServingConfig config;

    ParityResource(Catalogue catalogue, Parity parity, ServingConfig config) {
        this.catalogue = catalogue;
        this.parity = parity;
        this.config = config;
    }

    /**
     * The JSON of a comparison.
     *
     * @param model the model's name
     * @param comparisons one per variant beside the baseline; none if the model has no baseline
     */
    public record ParityBody(String model, List<ParityReport> comparisons) {}

    /** The last measurement. */
    @GET
    @Path("{model}/parity")
    @NonBlocking
    @Operation(summary = "Show the last comparison of the variants with the baseline")
    public ParityBody latest(@PathParam("model") String model) {
        catalogue.expect(model).expectServed();
        return new ParityBody(model, parity.latest(model));
    }

    /** A new and longer measurement; the answer waits for it. */
    @POST
    @AdminCall
    @Path("{model}/parity")
    @Blocking
    @Operation(summary = "Compare the variants with the baseline now; takes the configured time per variant")
    public ParityBody measure(@PathParam("model") String model) {
        try (ModelLease lease = catalogue.lease(model)) {
            return new ParityBody(
                    model, parity.measure(lease.model(), config.parity().onRequest()));
        }
    }
}
