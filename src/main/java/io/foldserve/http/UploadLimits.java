package io.foldserve.http;

import io.foldserve.serving.ServingConfig;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.request.PredictionService;
import io.netty.handler.codec.http2.Http2Error;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What holds for every request, before any resource sees it: a body that is declared to be too large, or to be
 * compressed where that is not undone, is refused with its reason, and the rest of a body that nobody wants may come
 * only for a moment.
 */
@ApplicationScoped
class UploadLimits {
    /**
     * Before Quarkus' own limit, which answers without a body and resets the connection under a client that still
     * sends.
     */
    private static final int PRIORITY = 1000;

    /** How long a client may go on sending a body after its answer: enough to read the answer, too short to matter. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    /** The one call that takes compressed bodies, for its protocol's clients send them. */
    private static final Pattern INFER = Pattern.compile("/v2/models/([^/]+)(?:/versions/[^/]+)?/infer");

    private static final Pattern PREDICT = Pattern.compile("/v1/models/([^/]+)/(?:predict|compare)");

    private static final String IDENTITY = "identity";

    private final PredictionService predictions;
    private final long limit;

    UploadLimits(PredictionService predictions, ServingConfig config) {
        this.predictions = predictions;
        this.limit = config.request().maxBody().asLongValue();
    }

    /** The refusal of a body over {@code limit} bytes. */
    static ClientErrorException tooLarge(long limit) {
        return new ClientErrorException(tooLargeReason(limit), Response.Status.REQUEST_ENTITY_TOO_LARGE);
    }

    private static String tooLargeReason(long limit) {
        return "the body is larger than the limit of %d bytes".formatted(limit);
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext exchange) {
        exchange.addEndHandler(end -> expectEnd(exchange));
        if (declaredLength(exchange.request()).orElse(0) > limit) {
            count(exchange);
            ErrorAnswer.send(exchange, Response.Status.REQUEST_ENTITY_TOO_LARGE.getStatusCode(), tooLargeReason(limit));
        } else if (isCompressed(exchange)) {
            count(exchange);
            exchange.response().putHeader(HttpHeaders.ACCEPT_ENCODING, IDENTITY);
            ErrorAnswer.send(
                    exchange,
                    Response.Status.UNSUPPORTED_MEDIA_TYPE.getStatusCode(),
                    "the body has a Content-Encoding, expected none: send its bytes as they are");
        } else {
            exchange.next();
        }
    }

    private static boolean isCompressed(RoutingContext exchange) {
        List<String> codings = exchange.request().headers().getAll(HttpHeaders.CONTENT_ENCODING);
        return codings.stream()
                        .anyMatch(coding -> !coding.isBlank() && !coding.strip().equalsIgnoreCase(IDENTITY))
                && !INFER.matcher(exchange.normalizedPath()).matches();
    }

    private void count(RoutingContext exchange) {
        Stream.of(PREDICT, INFER)
                .map(pattern -> pattern.matcher(exchange.normalizedPath()))
                .filter(Matcher::matches)
                .forEach(call -> predictions.refused(call.group(1), Outcome.REFUSED));
    }

    /** How long the head says that the body is, if it does. */
    static OptionalLong declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length.strip()));
        } catch (NumberFormatException beyondAnyNumber) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
    }

    /**
     * Once answered, the rest of the body is dropped as it comes; a client that goes on for long is cut off, under
     * HTTP/2 by an end of this stream alone. A stream is not ended sooner, because a connection of many such ends is
     * taken for an attack.
     */
    private static void expectEnd(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        if (request.isEnded()) {
            return;
        }
        request.resume();
        exchange.vertx().setTimer(LINGER.toMillis(), elapsed -> {
            if (request.isEnded()) {
                return;
            }
            if (request.version() == HttpVersion.HTTP_2) {
                exchange.response().reset(Http2Error.NO_ERROR.code());
            } else {
                request.connection().close();
            }
        });
    }
}
