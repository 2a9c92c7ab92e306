package io.foldserve.http.access;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of who calls.
 *
 * @param managing whether the call came by the management port
 * @param local whether it came from this machine, straight and to a local name
 * @param authorization the values of the header Authorization
 */
record Caller(boolean managing, boolean local, List<String> authorization) {
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    /** What a proxy adds: behind one, everybody comes from this machine. */
    private static final List<String> OF_PROXIES = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

    Caller {
        authorization = List.copyOf(authorization);
    }

    static Caller of(HttpServerRequest request, boolean managing) {
        return new Caller(managing, isLocal(request), request.headers().getAll(HttpHeaders.AUTHORIZATION));
    }

    /**
     * A page of another origin, opened in a browser on this machine, does not count as local, whether it calls the
     * service by a local name (then it has another Origin) or by a name of its own that leads here.
     */
    private static boolean isLocal(HttpServerRequest request) {
        String host = request.authority() == null ? "" : request.authority().host();
        return isLoopback(request.remoteAddress())
                && LOCAL_NAMES.contains(host.toLowerCase(Locale.ROOT))
                && OF_PROXIES.stream().noneMatch(request.headers()::contains)
                && isOfThisOrigin(request);
    }

    private static boolean isOfThisOrigin(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        return origin == null || String.valueOf(request.authority()).equals(String.valueOf(authority(origin)));
    }

    private static @Nullable String authority(String origin) {
        try {
            return URI.create(origin).getAuthority();
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private static boolean isLoopback(@Nullable SocketAddress peer) {
        String address = peer == null || peer.hostAddress() == null ? "" : peer.hostAddress();
        return address.startsWith("127.") || address.equals("::1") || address.startsWith("0:0:0:0:0:0:0:1");
    }
}
