package io.foldserve.http;

import io.foldserve.http.page.FoldPage;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What is served and in which state, and how each variant was folded. */
@Path("/v1/models")
@Tag(name = "models")
@NonBlocking
public class ModelsResource {
    private static final MediaType JSON = MediaType.APPLICATION_JSON_TYPE;
    // The first one where the client likes both as well.
    private static final List<Variant> FORMS =
            Variant.mediaTypes(JSON, MediaType.TEXT_HTML_TYPE).build();

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

    /**
     * How one variant was folded, layer by layer: JSON, or a page for people where the client likes HTML better. A
     * large network's page takes a moment, which the event loop does not have.
     */
    @GET
    @Path("{model}/variants/{variant}/fold")
    @Blocking
    @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_HTML})
    @Operation(summary = "Show the fold report of one variant, as JSON or as a page")
    @APIResponse(
            responseCode = "200",
            description = "The fold report",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FoldBody.class)),
                @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(type = SchemaType.STRING))
            })
    public Response fold(
            @PathParam("model") String model, @PathParam("variant") String variant, @Context Request request) {
        LoadedVariant loaded = catalogue.expect(model).expectServed().expectVariant(variant);
        Response.ResponseBuilder response = prefersPage(request) ? page(loaded) : Response.ok(body(loaded), JSON);
        return response.header("X-Content-Type-Options", "nosniff").build();
    }

    // Choosing a variant also adds Vary: Accept.
    private static boolean prefersPage(Request request) {
        Variant preferred = request.selectVariant(FORMS);
        return preferred != null && MediaType.TEXT_HTML_TYPE.equals(preferred.getMediaType());
    }

    // Nothing from elsewhere is needed, and nothing that a layer's name could smuggle in is run.
    private static Response.ResponseBuilder page(LoadedVariant loaded) {
        FoldPage page = FoldPage.of(loaded.model(), loaded.name(), loaded.facts(), loaded.report());
        return Response.ok(page.render(), MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"))
                .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    }

    private static FoldBody body(LoadedVariant loaded) {
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
