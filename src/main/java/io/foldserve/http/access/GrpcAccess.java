package io.foldserve.http.access;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import java.util.Set;

/**
 * Lets calls by gRPC through as the {@link AccessPolicy} says, before their messages are read: a method is found by the
 * exact path alone. Thread-safe.
 */
@ApplicationScoped
class GrpcAccess {
    /** Behind the checks of a request's head, before what reads its body. */
    private static final int PRIORITY = 1500;

    private static final String SERVICE = "/inference.GRPCInferenceService/";
    private static final Set<String> ADMIN = Set.of(SERVICE + "RepositoryModelLoad", SERVICE + "RepositoryModelUnload");
    private static final String PREDICT = SERVICE + "ModelInfer";

    private static final int UNAUTHENTICATED = 16;
    private static final int PERMISSION_DENIED = 7;

    private final AccessPolicy policy;
    private final ManagementPort management;

    GrpcAccess(AccessPolicy policy, ManagementPort management) {
        this.policy = policy;
        this.management = management;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext exchange) {
        Optional<AccessRefusal> refusal = refusal(exchange.request());
        if (refusal.isPresent()) {
            refuse(exchange, refusal.get());
        } else {
            exchange.next();
        }
    }

    private Optional<AccessRefusal> refusal(HttpServerRequest request) {
        String path = request.path();
        if (ADMIN.contains(path)) {
            return policy.admin(management.caller(request));
        }
        return PREDICT.equals(path) ? policy.predict(management.caller(request)) : Optional.empty();
    }

    /** An answer of trailers only, as gRPC over HTTP/2 has it; its sentences are ASCII without a percent sign. */
    private static void refuse(RoutingContext exchange, AccessRefusal refusal) {
        int status = refusal.kind() == AccessRefusal.Kind.NO_TOKEN ? UNAUTHENTICATED : PERMISSION_DENIED;
        exchange.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/grpc")
                .putHeader("grpc-status", String.valueOf(status))
                .putHeader("grpc-message", refusal.sentence())
                .end();
    }
}
