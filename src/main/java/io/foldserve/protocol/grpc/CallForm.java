package io.foldserve.protocol.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses a call whose head says that its messages cannot be read, in gRPC's own words: the framework would answer as
 * to a call of HTTP, or drop the message and say nothing of it. Thread-safe.
 */
@ApplicationScoped
class CallForm {
    /** Behind the check of the method, before the limit of bodies, which answers without a status of gRPC. */
    private static final int PRIORITY = 1300;

    private static final String ENCODING = "grpc-encoding";
    private static final String IDENTITY = "identity";
    private static final List<String> ENCODINGS = List.of(IDENTITY, "gzip");

    /** Health and reflection, which the framework answers: it would inflate what they are asked without a limit. */
    private static final String OWN_SERVICES = "/grpc.";

    private static final int OK = 200;

    private final long largest;

    CallForm(@ConfigProperty(name = "quarkus.grpc.server.max-inbound-message-size") long largest) {
        this.largest = largest;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        if (!TrailersOnly.isCall(request)) {
            exchange.next();
            return;
        }
        Optional<Status> problem = problem(request);
        if (problem.isPresent()) {
            exchange.response().putHeader("grpc-accept-encoding", String.join(",", encodings(request)));
            TrailersOnly.refuse(
                    exchange,
                    problem.get().getCode(),
                    String.valueOf(problem.get().getDescription()));
            return;
        }
        if (request.getHeader(ENCODING) == null) {
            // A message that is marked as compressed all the same is then read as it is, and refused.
            request.headers().set(ENCODING, IDENTITY);
        }
        // The framework ends the call at a message that is too large, and does not say why.
        exchange.addHeadersEndHandler(head -> explainSize(exchange));
        exchange.next();
    }

    private Optional<Status> problem(HttpServerRequest request) {
        String encoding = request.getHeader(ENCODING);
        if (encoding != null && !encodings(request).contains(encoding)) {
            return Optional.of(Status.UNIMPLEMENTED.withDescription(
                    "the messages are compressed in a way that is not read here, expected grpc-encoding "
                            + String.join(" or ", encodings(request))));
        }
        if (isDeclaredTooLarge(request)) {
            return Optional.of(Status.RESOURCE_EXHAUSTED.withDescription(tooLarge()));
        }
        for (String name : Set.copyOf(request.headers().names())) {
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX) && !readsBinary(request, name)) {
                return Optional.of(Status.INVALID_ARGUMENT.withDescription(
                        "a header whose name ends in -bin is not base64, as gRPC has it"));
            }
        }
        return Optional.empty();
    }

    private static List<String> encodings(HttpServerRequest request) {
        return request.path().startsWith(OWN_SERVICES) ? List.of(IDENTITY) : ENCODINGS;
    }

    private boolean isDeclaredTooLarge(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length != null && Long.parseLong(length) > largest;
        } catch (NumberFormatException beyondAnyNumber) {
            return true;
        }
    }

    /** Several values may stand in one header, which the framework would read as one. */
    private static boolean readsBinary(HttpServerRequest request, String name) {
        List<String> values = request.headers().getAll(name).stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .map(String::strip)
                .toList();
        try {
            values.forEach(Base64.getDecoder()::decode);
            request.headers().set(name, values);
            return true;
        } catch (IllegalArgumentException otherText) {
            return false;
        }
    }

    private void explainSize(RoutingContext exchange) {
        boolean isUnexplained = String.valueOf(Status.Code.RESOURCE_EXHAUSTED.value())
                        .equals(exchange.response().headers().get("grpc-status"))
                && !exchange.response().headers().contains("grpc-message");
        if (exchange.response().getStatusCode() == OK && isUnexplained) {
            exchange.response().putHeader("grpc-message", tooLarge());
        }
    }

    private String tooLarge() {
        return "the message is larger than the limit of %d bytes".formatted(largest);
    }
}
