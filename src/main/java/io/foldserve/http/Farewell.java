package io.foldserve.http;

import io.quarkus.smallrye.health.runtime.ShutdownReadinessCheck;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Tells every client, from the moment readiness falls, to send what follows elsewhere: each answer of HTTP/1 says that
 * it is the connection's last, each connection of HTTP/2 gets a GOAWAY and ends with its last stream. Some time before
 * requests are no longer served, the process stops to listen. Thread-safe.
 */
@ApplicationScoped
class Farewell {
    private static final Logger LOG = Logger.getLogger(Farewell.class);

    /** Before anything that may answer. */
    private static final int PRIORITY = 2000;

    /** The part of the delay, and its longest, in which what was accepted last is answered. */
    private static final int LAST_PART = 2;

    private static final long LONGEST_LAST_MILLIS = 2000;

    private final ShutdownReadinessCheck readiness;
    private final long listeningMillis;
    private final Thread atSigterm = new Thread(this::stopListening, "foldserve-farewell");

    Farewell(
            @Readiness ShutdownReadinessCheck readiness,
            @ConfigProperty(name = "quarkus.shutdown.delay") Duration delay) {
        this.readiness = readiness;
        long millis = delay.toMillis();
        this.listeningMillis = millis - Math.min(millis / LAST_PART, LONGEST_LAST_MILLIS);
    }

    void register(@Observes Filters filters) {
        filters.register(this::tell, PRIORITY);
        // The framework tells nobody that its delay begins; the virtual machine does.
        try {
            Runtime.getRuntime().addShutdownHook(atSigterm);
        } catch (IllegalStateException ending) {
            LOG.trace("the process ends before anyone could connect", ending);
        }
    }

    /** Where the process goes on: in a test, or where the code is read anew. */
    @PreDestroy
    void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(atSigterm);
        } catch (IllegalStateException ending) {
            LOG.trace("the process ends, and the hook does its work", ending);
        }
    }

    private void stopListening() {
        try {
            Thread.sleep(listeningMillis);
            ListeningSockets.close();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
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
