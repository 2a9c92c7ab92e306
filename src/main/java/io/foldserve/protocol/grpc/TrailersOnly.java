package io.foldserve.protocol.grpc;

import io.grpc.Status;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;

/** The refusal of a call before its messages are read: an answer of trailers only, as gRPC over HTTP/2 has it. */
final class TrailersOnly {
    private TrailersOnly() {}

    /** Whether {@code request} is a call of gRPC. */
    static boolean isCall(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2
                && Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_TYPE))
                        .filter(type -> type.startsWith("application/grpc"))
                        .isPresent();
    }

    /** Refuses the call; {@code sentence} is ASCII without a percent sign. */
    static void refuse(RoutingContext exchange, Status.Code code, String sentence) {
        exchange.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/grpc")
                .putHeader("grpc-status", String.valueOf(code.value()))
                .putHeader("grpc-message", sentence)
                .end();
    }
}
