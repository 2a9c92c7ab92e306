package io.foldserve.http;

import io.quarkus.smallrye.health.runtime.ShutdownReadinessCheck;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Tells every client, from the moment readiness falls, to send what follows elsewhere: each answer of HTTP/1 says that
 * it is the connection's last, each connection of HTTP/2 gets a GOAWAY and ends with its last stream. Thread-safe.
 */
@ApplicationScoped
class Farewell {
    /** Before anything that may answer. */
    private static final int PRIORITY = 2000;

    private final ShutdownReadinessCheck readiness;

    Farewell(@Readiness ShutdownReadinessCheck readiness) {
        this.readiness = readiness;
    }

    void register(@Observes Filters filters) {
        filters.register(this::tell, PRIORITY);
    }

    private void tell(RoutingContext exchange) {
        // Also for what was accepted before readiness fell and is answered after it.
        exchange.addHeadersEndHandler(head -> {
            if (readiness.call().getStatus() == HealthCheckResponse.Status.DOWN) {
                part(exchange);
            }
        });
        exchange.next();
    }

    private static void part(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        if (request.version() == HttpVersion.HTTP_2) {
            request.connection().shutdown();
        } else {
            exchange.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }
}
