package io.foldserve.http;

import io.foldserve.serving.ServingConfig;
import io.foldserve.serving.request.RequestTrace;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Names every request, in the header {@code Foldserve-Request-Id} of its answer, and writes a line about each where
 * {@code foldserve.access-log} says so. Thread-safe.
 */
@ApplicationScoped
public class AccessLog {
    /** Before anything that may answer. */
    private static final int PRIORITY = 3000;

    private static final Logger LOG = Logger.getLogger("io.foldserve.access");
    private static final String TRACE = "foldserve.trace";

    private final boolean written;

    AccessLog(ServingConfig config) {
        this.written = config.accessLog();
    }

    /** Has the line about {@code exchange} say what became of the request in the queue and behind it. */
    public static void traces(RoutingContext exchange, RequestTrace trace) {
        exchange.put(TRACE, trace);
    }

    void register(@Observes Filters filters) {
        filters.register(this::name, PRIORITY);
    }

    private void name(RoutingContext exchange) {
        String id = RequestId.of(exchange.request().getHeader(RequestId.GIVEN));
        exchange.response().putHeader(RequestId.HEADER, id);
        if (written) {
            long start = System.nanoTime();
            exchange.addEndHandler(
                    end -> LOG.info(AccessLine.of(exchange, id, end.failed(), System.nanoTime() - start)));
        }
        exchange.next();
    }

    /** What is known of the work behind {@code exchange}. */
    static Optional<RequestTrace> trace(RoutingContext exchange) {
        return Optional.ofNullable(exchange.get(TRACE));
    }
}
