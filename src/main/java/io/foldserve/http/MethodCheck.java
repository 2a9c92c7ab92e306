package io.foldserve.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.SortedSet;

/**
 * Tells which methods a path answers, to who asks by OPTIONS and to who uses another: the framework would name those of
 * all paths of a resource, or none. Thread-safe.
 */
@ApplicationScoped
class MethodCheck {
    /** Behind every other check, and behind the framework's answer to a browser that asks for another origin's page. */
    private static final int PRIORITY = 50;

    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;

    private final PathMethods methods;

    MethodCheck(PathMethods methods) {
        this.methods = methods;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext exchange) {
        String method = exchange.request().method().name();
        if (methods.answers(exchange.normalizedPath(), method)) {
            exchange.next();
            return;
        }
        SortedSet<String> allowed = methods.of(exchange.normalizedPath());
        boolean asks = method.equals(HttpMethod.OPTIONS);
        if (allowed.isEmpty()) {
            if (asks) {
                ErrorAnswer.send(exchange, NOT_FOUND, ErrorMappers.NOTHING_HERE);
            } else {
                exchange.next();
            }
        } else if (asks) {
            allow(exchange, allowed);
            exchange.response().setStatusCode(NO_CONTENT).end();
        } else {
            allow(exchange, allowed);
            ErrorAnswer.send(
                    exchange,
                    NOT_ALLOWED,
                    "this address does not answer this method, expected one of %s; calls are listed at /q/openapi"
                            .formatted(allowed));
        }
    }

    private static void allow(RoutingContext exchange, SortedSet<String> allowed) {
        exchange.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
    }
}
