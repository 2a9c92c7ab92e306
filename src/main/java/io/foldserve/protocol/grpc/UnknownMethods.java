package io.foldserve.protocol.grpc;

import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells who calls a method that nobody has: the framework would answer as if the service had failed. Thread-safe. */
@ApplicationScoped
class UnknownMethods {
    /** Behind the checks of who may call what, before what reads messages. */
    private static final int PRIORITY = 1400;

    private static final Set<String> METHODS = GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods().stream()
            .map(MethodDescriptor::getFullMethodName)
            .map(method -> "/" + method)
            .collect(Collectors.toUnmodifiableSet());

    /** The framework's own. */
    private static final List<String> SERVICES =
            List.of("/grpc.health.v1.", "/grpc.reflection.v1.", "/grpc.reflection.v1alpha.");

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext exchange) {
        if (isGrpc(exchange.request()) && !isKnown(exchange.request().path())) {
            refuse(exchange);
        } else {
            exchange.next();
        }
    }

    private static boolean isGrpc(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2
                && Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_TYPE))
                        .filter(type -> type.startsWith("application/grpc"))
                        .isPresent();
    }

    private static boolean isKnown(String path) {
        return METHODS.contains(path) || SERVICES.stream().anyMatch(path::startsWith);
    }

    /** An answer of trailers only, as gRPC over HTTP/2 has it. */
    private static void refuse(RoutingContext exchange) {
        exchange.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/grpc")
                .putHeader("grpc-status", String.valueOf(Status.Code.UNIMPLEMENTED.value()))
                .putHeader("grpc-message", "there is no such method; the services are listed by reflection")
                .end();
    }
}
