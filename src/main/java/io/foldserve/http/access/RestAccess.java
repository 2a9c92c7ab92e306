package io.foldserve.http.access;

import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.request.PredictionService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Lets marked calls through as the {@link AccessPolicy} says, before their bodies are read. Thread-safe. */
public class RestAccess {
    private final AccessPolicy policy;
    private final ManagementPort management;
    private final PredictionService predictions;

    RestAccess(AccessPolicy policy, ManagementPort management, PredictionService predictions) {
        this.policy = policy;
        this.management = management;
        this.predictions = predictions;
    }

    @AdminCall
    @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
    void admin(RoutingContext exchange) {
        expectNone(policy.admin(management.caller(exchange.request())));
    }

    @PredictCall
    @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
    void predict(RoutingContext exchange, UriInfo target) {
        Optional<AccessRefusal> refusal = policy.predict(management.caller(exchange.request()));
        String model = target.getPathParameters().getFirst("model");
        if (refusal.isPresent() && model != null) {
            predictions.refused(model, Outcome.REFUSED);
        }
        expectNone(refusal);
    }

    /**
     * Lets a prediction through that is no call of its own, as of the page for people.
     *
     * @throws ClientErrorException if it needs a token and has none
     */
    public void expectPrediction(RoutingContext exchange) {
        expectNone(policy.predict(management.caller(exchange.request())));
    }

    private static void expectNone(Optional<AccessRefusal> refusal) {
        if (refusal.isPresent()) {
            throw new ClientErrorException(
                    refusal.get().sentence(), response(refusal.get().kind()));
        }
    }

    private static Response response(AccessRefusal.Kind kind) {
        return switch (kind) {
            case NO_TOKEN ->
                Response.status(Response.Status.UNAUTHORIZED)
                        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"foldserve\"")
                        .build();
            case NOT_HERE -> Response.status(Response.Status.FORBIDDEN).build();
        };
    }
}
