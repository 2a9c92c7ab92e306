package io.foldserve.http.access;

import io.foldserve.serving.ServingConfig;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * A second port for those who run the service, by one property: health, metrics and admin calls are answered there and
 * on the public port no more. Quarkus' own management interface is decided when the service is built, this one when it
 * is started. Thread-safe.
 */
@ApplicationScoped
class ManagementPort {
    /** Behind the checks of a request's head. */
    private static final int PRIORITY = 1500;

    private static final Logger LOG = Logger.getLogger(ManagementPort.class);
    private static final int NOT_FOUND = 404;
    private static final int LONGEST_LINE = 65_536;
    private static final int IDLE_SECONDS = 75;

    private final Vertx vertx;
    private final OptionalInt port;
    private final String host;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();

    ManagementPort(Vertx vertx, ServingConfig config, @ConfigProperty(name = "quarkus.http.host") String host) {
        this.vertx = vertx;
        this.port = config.management().port();
        this.host = host;
    }

    /** Who makes {@code request}. */
    Caller caller(HttpServerRequest request) {
        return Caller.of(request, isHere(request));
    }

    private boolean isHere(HttpServerRequest request) {
        return connections.contains(request.connection());
    }

    void register(@Observes Filters filters) {
        if (port.isPresent()) {
            filters.register(this::keepToItself, PRIORITY);
        }
    }

    /** Health and metrics are not at the public port's address; they have no resource that could be marked. */
    private void keepToItself(RoutingContext exchange) {
        String path = exchange.normalizedPath();
        boolean ours = path.startsWith("/q/health") || path.startsWith("/q/metrics");
        if (ours && !isHere(exchange.request())) {
            exchange.fail(NOT_FOUND);
        } else {
            exchange.next();
        }
    }

    /** Listens before the models are loaded, as the public port does. */
    void start(@Observes StartupEvent event) {
        if (port.isEmpty()) {
            return;
        }
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                .setPort(port.getAsInt())
                .setMaxInitialLineLength(LONGEST_LINE)
                .setMaxHeaderSize(LONGEST_LINE)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        HttpServer server = vertx.createHttpServer(options)
                .connectionHandler(this::remember)
                .requestHandler(request -> VertxHttpRecorder.getRootHandler().handle(request));
        server.listen().toCompletionStage().toCompletableFuture().join();
        LOG.infof("health, metrics and admin calls on port %d only", server.actualPort());
    }

    private void remember(HttpConnection connection) {
        connections.add(connection);
        connection.closeHandler(closed -> connections.remove(connection));
    }
}
