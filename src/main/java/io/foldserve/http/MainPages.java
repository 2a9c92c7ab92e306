package io.foldserve.http;

import io.foldserve.http.page.MainPage;
import io.foldserve.http.page.ModelCard;
import io.foldserve.http.page.ResultView;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.experiment.Experiments;
import io.foldserve.serving.life.Samples;
import io.foldserve.serving.load.LoadProgress;
import io.foldserve.serving.parity.Parity;
import io.foldserve.serving.request.Comparison;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;

/**
 * Makes the page for people, with or without an answer. Thread-safe; looks at the disk, so that an event loop must not
 * call it.
 */
@Singleton
class MainPages {
    /** Everything comes from the service itself; masks and what the networks see are data in the page. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data: blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Catalogue catalogue;
    private final Parity parity;
    private final Samples samples;
    private final LoadProgress progress;
    private final Experiments experiments;

    MainPages(Catalogue catalogue, Parity parity, Samples samples, LoadProgress progress, Experiments experiments) {
        this.catalogue = catalogue;
        this.parity = parity;
        this.samples = samples;
        this.progress = progress;
        this.experiments = experiments;
    }

    /** The page with a form for {@code model}, if it answers, else for the first that does. */
    Response form(Optional<String> model) {
        return page(Response.Status.OK.getStatusCode(), model, Optional.empty(), "");
    }

    /** The page with a comparison. */
    Response compared(Comparison comparison) {
        return page(
                Response.Status.OK.getStatusCode(),
                Optional.of(comparison.model()),
                Optional.of(ResultView.of(comparison)),
                "");
    }

    /** The page that says why there is no comparison. */
    Response failed(String model, Throwable failure) {
        Response refusal = new ErrorMappers().map(failure);
        String reason = refusal.getEntity() instanceof ErrorBody body ? body.error() : "";
        return page(refusal.getStatus(), Optional.of(model), Optional.empty(), reason);
    }

    private Response page(int status, Optional<String> asked, Optional<ResultView> result, String error) {
        List<ModelCard> cards = catalogue.models().stream()
                .map(entry -> ModelCard.of(
                        entry,
                        parity.latest(entry.name()),
                        progress.of(entry.name()).orElse(""),
                        experiments::report))
                .toList();
        List<String> answering =
                cards.stream().filter(ModelCard::ready).map(ModelCard::name).toList();
        String chosen = asked.filter(answering::contains)
                .or(() -> answering.stream().findFirst())
                .orElse("");
        List<String> shown = chosen.isEmpty() ? List.of() : samples.names(chosen);
        MainPage page = new MainPage(cards, chosen, shown, result, error);
        return Response.status(status)
                .entity(page.render())
                .type(MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"))
                .header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-store")
                .build();
    }
}
