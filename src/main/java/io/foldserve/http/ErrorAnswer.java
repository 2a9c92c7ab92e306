package io.foldserve.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;

/** The refusal of a request before any resource sees it: the same {@link ErrorBody} as from a resource. */
final class ErrorAnswer {
    private ErrorAnswer() {}

    /** Answers with {@code status} and {@code reason}. */
    static void send(RoutingContext exchange, int status, String reason) {
        if (!exchange.response().headers().contains(RequestId.HEADER)) {
            // What the router refuses by itself was never named.
            exchange.response()
                    .putHeader(RequestId.HEADER, RequestId.of(exchange.request().getHeader(RequestId.GIVEN)));
        }
        exchange.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
                .end(JsonObject.of("error", reason).encode());
    }

    /**
     * Answers, and closes the connection: where this request ends is not certain, so nothing that follows on the
     * connection is read as a request. Under HTTP/2, whose frames tell, only this stream ends.
     */
    static void sendLast(RoutingContext exchange, int status, String reason) {
        HttpServerRequest request = exchange.request();
        if (request.version() != HttpVersion.HTTP_2) {
            exchange.response().putHeader("Connection", "close");
            exchange.addEndHandler(end -> request.connection().close());
        }
        send(exchange, status, reason);
    }
}
