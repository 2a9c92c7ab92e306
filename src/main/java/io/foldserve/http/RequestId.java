package io.foldserve.http;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What one request is called in its answer, in the log, and by whoever traces it through services. Stateless. */
final class RequestId {
    /** The header of every answer. */
    static final String HEADER = "Foldserve-Request-Id";

    /** The header by which a client, or a proxy, names its request. */
    static final String GIVEN = "X-Request-Id";

    /** The header of a trace (W3C Trace Context). */
    static final String TRACE_PARENT = "traceparent";

    /** Nothing that could be mistaken for more than one word of a log's line. */
    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._:+/@~-]{1,128}");

    private static final Pattern TRACE = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

    private RequestId() {}

    /** The client's own name for the request if it is acceptable, else a new one. */
    static String of(@Nullable String given) {
        return given != null && ACCEPTABLE.matcher(given).matches() ? given : fresh();
    }

    /** A name that no other request has. */
    static String fresh() {
        return UUID.randomUUID().toString();
    }

    /** The trace that a request belongs to, if it says so in the form that the standard gives. */
    static Optional<String> trace(@Nullable String traceParent) {
        return Optional.ofNullable(traceParent)
                .map(TRACE::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> matcher.group(1));
    }
}
