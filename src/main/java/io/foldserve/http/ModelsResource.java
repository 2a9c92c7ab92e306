package io.foldserve.http;

import io.foldserve.serving.Catalogue;
import io.foldserve.serving.LoadedVariant;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What is served and in which state, and how each variant was folded. */
@Path("/v1/models")
@Tag(name = "models")
@NonBlocking
public class ModelsResource {
    private final Catalogue catalogue;

    ModelsResource(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** Every model. */
    @GET
    @Operation(summary = "List the models and their states")
    public List<ModelBody> models() {
        return catalogue.models().stream().map(ModelBody::of).toList();
    }

    /** One model. */
    @GET
    @Path("{model}")
    @Operation(summary = "Show one model: its state, its variants, and what each became by folding")
    public ModelBody model(@PathParam("model") String model) {
        return ModelBody.of(catalogue.expect(model));
    }

    /** How one variant was folded, layer by layer. */
    @GET
    @Path("{model}/variants/{variant}/fold")
    @Operation(summary = "Show the fold report of one variant")
    public FoldBody fold(@PathParam("model") String model, @PathParam("variant") String variant) {
        LoadedVariant loaded = catalogue.expect(model).expectServed().expectVariant(variant);
        return new FoldBody(
                loaded.model(),
                loaded.name(),
                loaded.facts().proof(),
                loaded.report().layersByRule(),
                loaded.report().compositionError(),
                loaded.report().roundingError(),
                loaded.report());
    }
}
