package io.foldserve.protocol.grpc;

import io.foldserve.serving.ServingConfig;
import io.foldserve.serving.request.PredictionService;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Holds what arrives of calls to the memory that all requests may hold together: the framework collects a message until
 * it is whole, whatever the others hold. Thread-safe.
 */
@ApplicationScoped
class ArrivingMessages {
    /** Behind the checks of a call's head. */
    private static final int PRIORITY = 1290;

    private final PredictionService predictions;
    private final Duration deadline;

    ArrivingMessages(PredictionService predictions, ServingConfig config) {
        this.predictions = predictions;
        this.deadline = config.request().deadline();
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext exchange) {
        if (TrailersOnly.isCall(exchange.request())) {
            new ArrivingMessage(exchange, predictions, deadline).begin();
        } else {
            exchange.next();
        }
    }
}
