package io.foldserve.http;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.meter.Stage;
import io.foldserve.serving.request.RequestTrace;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The line about one request: words of {@code name=value}, which need no parser of their own. Stateless. */
final class AccessLine {
    /** As much of a request's target as a line has room for. */
    private static final int LONGEST_PATH = 200;

    private static final double NANOS_A_MILLISECOND = 1e6;

    private AccessLine() {}

    /**
     * The line about {@code exchange}.
     *
     * @param gone whether the client went away
     * @param nanos how long the exchange took, in nanoseconds
     */
    static String of(RoutingContext exchange, String id, boolean gone, long nanos) {
        HttpServerRequest request = exchange.request();
        int status = exchange.response().getStatusCode();
        StringBuilder line = new StringBuilder("id=").append(id);
        RequestId.trace(request.getHeader(RequestId.TRACE_PARENT))
                .ifPresent(trace -> line.append(" trace=").append(trace));
        line.append(" method=").append(word(request.method().name()));
        line.append(" path=").append(word(request.path()));
        line.append(" status=").append(status);
        grpcStatus(exchange).ifPresent(code -> line.append(" grpc=").append(code));
        Outcome outcome = grpcStatus(exchange)
                .filter(code -> !gone)
                .map(AccessLine::outcomeOfGrpc)
                .orElseGet(() -> outcome(status, gone));
        line.append(" outcome=").append(outcome.tag());
        append(line, "ms", nanos);
        AccessLog.trace(exchange).ifPresent(trace -> append(line, trace));
        return line.toString();
    }

    private static void append(StringBuilder line, RequestTrace trace) {
        Optional<LoadedVariant> variant = trace.variant();
        if (variant.isPresent()) {
            line.append(" model=").append(variant.get().model());
            line.append(" variant=").append(variant.get().name());
        }
        for (Map.Entry<Stage, Long> stage : new TreeMap<>(trace.stages()).entrySet()) {
            append(line, stage.getKey().tag(), stage.getValue());
        }
    }

    private static void append(StringBuilder line, String name, long nanos) {
        line.append(String.format(Locale.ROOT, " %s=%.3f", name, nanos / NANOS_A_MILLISECOND));
    }

    private static Optional<String> grpcStatus(RoutingContext exchange) {
        String inTrailers = exchange.response().trailers().get("grpc-status");
        return Optional.ofNullable(
                inTrailers == null ? exchange.response().headers().get("grpc-status") : inTrailers);
    }

    /** The outcome of a call whose status is {@code code}, as gRPC numbers them. */
    static Outcome outcomeOfGrpc(String code) {
        return switch (code) {
            case "0" -> Outcome.OK;
            case "1" -> Outcome.CANCELLED;
            case "4" -> Outcome.DEADLINE;
            case "8" -> Outcome.OVERLOADED;
            case "14" -> Outcome.UNAVAILABLE;
            case "2", "13", "15" -> Outcome.ERROR;
            default -> Outcome.REFUSED;
        };
    }

    static Outcome outcome(int status, boolean gone) {
        if (gone) {
            return Outcome.CANCELLED;
        }
        return switch (status) {
            case 429 -> Outcome.OVERLOADED;
            case 499 -> Outcome.CANCELLED;
            case 503 -> Outcome.UNAVAILABLE;
            case 504 -> Outcome.DEADLINE;
            default -> {
                if (status >= 500) {
                    yield Outcome.ERROR;
                }
                yield status >= 400 ? Outcome.REFUSED : Outcome.OK;
            }
        };
    }

    /** What a client wrote, as one word: a line of the log is nothing that it can begin. */
    static String word(@Nullable String written) {
        if (written == null) {
            return "-";
        }
        String bounded = written.length() > LONGEST_PATH ? written.substring(0, LONGEST_PATH) + "..." : written;
        return bounded.replaceAll("[^!-~]|[\"=]", "?");
    }
}
