package io.foldserve.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;

/** Gives a reason to what the router refuses by itself, which would be answered with an empty body. */
@ApplicationScoped
class UnroutedRequests {
    /** Before the framework's own handler of failures. */
    private static final int ORDER = -1_000_000;

    private static final int MALFORMED = 400;
    private static final int INTERNAL_ERROR = 500;

    void register(@Observes Router router) {
        router.route().order(ORDER).failureHandler(UnroutedRequests::answer);
    }

    private static void answer(RoutingContext exchange) {
        int status = exchange.statusCode();
        Throwable failure = exchange.failure();
        if (exchange.response().headWritten() || (failure == null && (status < 400 || status >= 500))) {
            exchange.next();
        } else if (failure != null && (status < 400 || status >= 500)) {
            ErrorAnswer.send(exchange, INTERNAL_ERROR, ErrorMappers.logged(failure));
        } else if (status == MALFORMED) {
            ErrorAnswer.sendLast(exchange, status, reason(exchange.request(), status));
        } else {
            ErrorAnswer.send(exchange, status, reason(exchange.request(), status));
        }
    }

    private static String reason(HttpServerRequest request, int status) {
        return switch (status) {
            case MALFORMED ->
                RequestHead.ambiguity(request)
                        .or(() -> RequestHead.malformedHost(request))
                        .orElse("the request is malformed");
            case 404 -> "there is nothing at this request target, expected one such as /v1/models";
            default -> HttpResponseStatus.valueOf(status).reasonPhrase().toLowerCase(Locale.ROOT);
        };
    }
}
