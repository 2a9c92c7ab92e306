package io.foldserve.protocol.grpc;

import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells who calls a method that nobody has: the framework would answer as if the service had failed. Thread-safe. */
@ApplicationScoped
class UnknownMethods {
    /** Behind the checks of who may call what, before what reads messages. */
    private static final int PRIORITY = 1400;

    /** The framework's own beside those of the protocol. */
    private static final Set<String> METHODS = Stream.concat(
                    GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods().stream()
                            .map(MethodDescriptor::getFullMethodName),
                    Stream.of(
                            "grpc.health.v1.Health/Check",
                            "grpc.health.v1.Health/Watch",
                            "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                            "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"))
            .map(method -> "/" + method)
            .collect(Collectors.toUnmodifiableSet());

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext exchange) {
        if (TrailersOnly.isCall(exchange.request())
                && !METHODS.contains(exchange.request().path())) {
            TrailersOnly.refuse(
                    exchange,
                    Status.Code.UNIMPLEMENTED,
                    "there is no such method; the services are listed by reflection");
        } else {
            exchange.next();
        }
    }
}
