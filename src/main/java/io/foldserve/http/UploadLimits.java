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
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What holds for every request, before any resource sees it: a body that is declared to be too large is refused with
 * its reason, and the rest of a body that nobody wants may come only for a moment.
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

    private static final Pattern PREDICT =
            Pattern.compile("/v1/models/([^/]+)/(?:predict|compare)|/v2/models/([^/]+)(?:/versions/[^/]+)?/infer");

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
        } else {
            exchange.next();
        }
    }

    private void count(RoutingContext exchange) {
        Matcher predict = PREDICT.matcher(exchange.normalizedPath());
        if (predict.matches()) {
            String model = predict.group(1) == null ? predict.group(2) : predict.group(1);
            predictions.refused(model, Outcome.REFUSED);
        }
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
