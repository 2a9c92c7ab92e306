package io.foldserve.http;

import io.foldserve.serving.meter.Exposition;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers the metrics in one of Prometheus' two text forms, whichever a scraper's {@code Accept} has room for. The
 * framework's own answer tells by the first such header alone, in small letters. Thread-safe.
 */
@ApplicationScoped
class MetricsForm {
    static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /** Behind the check of the method. */
    private static final int PRIORITY = 40;

    private static final Set<String> PATHS = Set.of("/q/metrics", "/q/metrics/");

    private static final int NOT_ACCEPTABLE = 406;

    /** A media range that is wanted at all. */
    private static final Pattern RANGE =
            Pattern.compile("([\\w!#$&^.+*-]+/[\\w!#$&^.+*-]+)\\s*(?:;(?!\\s*q\\s*=\\s*0(?:\\.0*)?\\s*(?:;|$))[^;]*)*");

    /** A browser's page is answered as text. */
    private static final List<String> TEXTS = List.of("text/plain", "text/*", "text/html");

    private static final List<String> OTHERS = List.of("application/openmetrics-text", "application/*", "*/*");

    private final Exposition exposition;

    MetricsForm(Exposition exposition) {
        this.exposition = exposition;
    }

    void register(@Observes Filters filters) {
        filters.register(this::answer, PRIORITY);
    }

    private void answer(RoutingContext exchange) {
        if (!PATHS.contains(exchange.normalizedPath())) {
            exchange.next();
            return;
        }
        Optional<String> form = of(String.join(",", exchange.request().headers().getAll(HttpHeaders.ACCEPT)));
        if (form.isPresent()) {
            exchange.response().putHeader(HttpHeaders.CONTENT_TYPE, form.get()).end(exposition.text(form.get()));
        } else {
            ErrorAnswer.send(
                    exchange,
                    NOT_ACCEPTABLE,
                    "Accept asks for nothing that is answered here: text/plain;version=0.0.4, or"
                            + " application/openmetrics-text;version=1.0.0");
        }
    }

    /** The form for {@code accept}; of both the older one, as every version of Prometheus reads it. */
    static Optional<String> of(String accept) {
        List<String> ranges = Arrays.stream(accept.split(",", -1))
                .map(range -> RANGE.matcher(range.strip()))
                .filter(Matcher::matches)
                .map(range -> range.group(1).toLowerCase(Locale.ROOT))
                .toList();
        if (ranges.stream().anyMatch(TEXTS::contains)) {
            return Optional.of(TEXT);
        }
        boolean takesOther = accept.isBlank() || ranges.stream().anyMatch(OTHERS::contains);
        return takesOther ? Optional.of(OPEN_METRICS) : Optional.empty();
    }
}
