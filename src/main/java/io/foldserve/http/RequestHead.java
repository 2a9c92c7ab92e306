package io.foldserve.http;

import io.foldserve.problem.Problems;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Refuses a request whose head is too long, or leaves open where its body ends or which host it is for: a proxy in
 * front could read it otherwise than this service does (RFC 9112, sections 3.2 and 6.3).
 */
@ApplicationScoped
class RequestHead {
    /** Before every other filter. */
    private static final int PRIORITY = 2000;

    /** The longest request target in bytes. */
    static final int LONGEST_TARGET = 4096;

    /** The most bytes of all header names and values together. */
    static final int LARGEST_HEADERS = 20_480;

    /** The colon, the blank and the line end of a header. */
    private static final int SEPARATORS = 4;

    private static final Pattern OTHER_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private static final String TRANSFER_ENCODING = "Transfer-Encoding";

    void register(@Observes Filters filters) {
        filters.register(RequestHead::check, PRIORITY);
    }

    private static void check(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        Optional<String> problem = ambiguity(request).or(() -> malformed(request.uri()));
        if (problem.isPresent()) {
            ErrorAnswer.sendLast(exchange, 400, problem.get());
        } else if (request.uri().length() > LONGEST_TARGET) {
            ErrorAnswer.sendLast(exchange, 414, "the request target is longer than %d bytes".formatted(LONGEST_TARGET));
        } else if (headerBytes(request) > LARGEST_HEADERS) {
            ErrorAnswer.sendLast(
                    exchange, 431, "the headers hold more than %d bytes together".formatted(LARGEST_HEADERS));
        } else {
            exchange.next();
        }
    }

    /** What is open about the request's end or host, in a sentence; nothing under HTTP/2, whose frames tell. */
    static Optional<String> ambiguity(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return Optional.empty();
        }
        List<String> codings = request.headers().getAll(TRANSFER_ENCODING);
        if (!codings.isEmpty() && !(codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked"))) {
            return Optional.of("Transfer-Encoding is '%s', expected 'chunked' once, or none"
                    .formatted(String.join("', '", codings)));
        }
        if (!codings.isEmpty() && request.version() == HttpVersion.HTTP_1_0) {
            return Optional.of("an HTTP/1.0 request has a Transfer-Encoding, expected a Content-Length");
        }
        int hosts = request.headers().getAll(HttpHeaders.HOST).size();
        boolean hostIsOpen = hosts > 1 || (hosts == 0 && request.version() != HttpVersion.HTTP_1_0);
        return hostIsOpen
                ? Optional.of("the request has %d Host headers, expected one".formatted(hosts))
                : Optional.empty();
    }

    /** What is wrong with a target, in a sentence (RFC 3986, section 2). */
    static Optional<String> malformed(String target) {
        if (OTHER_ESCAPE.matcher(target).find()) {
            return Optional.of("the request target has a '%' without two hexadecimal digits behind it");
        }
        try {
            URI unused = new URI(target);
            return Optional.empty();
        } catch (URISyntaxException wrong) {
            int at = wrong.getIndex();
            boolean isCharacter = at >= 0 && at < target.length() && !Character.isLetterOrDigit(target.charAt(at));
            return Optional.of(
                    isCharacter ? wrongCharacter(target.charAt(at), at) : "the request target is no path, such as /v1");
        }
    }

    private static String wrongCharacter(char found, int at) {
        return "the request target has a '%c' at character %d, expected it as %%%02X"
                .formatted(found, at + 1, (int) found);
    }

    /** What is wrong with the host, in a sentence. */
    static Optional<String> malformedHost(HttpServerRequest request) {
        String host = request.getHeader(HttpHeaders.HOST);
        return host != null && !host.isEmpty() && request.authority() == null
                ? Optional.of(
                        Problems.shortened("Host is '%s', expected a name or an address, and a port".formatted(host)))
                : Optional.empty();
    }

    private static long headerBytes(HttpServerRequest request) {
        long bytes = 0;
        for (Map.Entry<String, String> header : request.headers()) {
            bytes += header.getKey().length() + header.getValue().length() + SEPARATORS;
        }
        return bytes;
    }
}
