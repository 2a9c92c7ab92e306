package io.foldserve.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The header by which a client of HTTP/1.1 that asks for HTTP/2 says its settings (RFC 7540, section 3.2.1). Where it
 * is missing, doubled, or not named as the connection's, the standard forbids the upgrade, and the request is answered
 * without; settings that cannot be read are a malformed request. Stateless.
 */
final class UpgradeSettings {
    private static final String UPGRADE_TO = Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME.toString();

    private static final String HEADER = "HTTP2-Settings";

    private static final int SETTING_BYTES = 6;

    private UpgradeSettings() {}

    /** Why {@code request} is refused; leaves its wish for an upgrade out where that may not be granted. */
    static Optional<String> problem(HttpRequest request) {
        if (!request.headers().containsValue(HttpHeaderNames.UPGRADE, UPGRADE_TO, true)) {
            return Optional.empty();
        }
        List<String> settings = request.headers().getAll(HEADER);
        if (settings.size() != 1 || !isOfConnection(request, HEADER) || !isOfConnection(request, "Upgrade")) {
            request.headers().remove(HttpHeaderNames.UPGRADE);
            return Optional.empty();
        }
        // The framework looks at the first one alone.
        request.headers()
                .set(
                        HttpHeaderNames.CONNECTION,
                        String.join(", ", request.headers().getAll(HttpHeaderNames.CONNECTION)));
        try {
            read(settings.get(0));
            return Optional.empty();
        } catch (IllegalArgumentException unreadable) {
            return Optional.of("HTTP2-Settings is no list of HTTP/2's settings, expected the payload of a SETTINGS"
                    + " frame in base64url");
        }
    }

    private static boolean isOfConnection(HttpRequest request, String name) {
        return request.headers().containsValue(HttpHeaderNames.CONNECTION, name, true);
    }

    /** The settings, each of which refuses a value that it cannot have. */
    private static Http2Settings read(String text) {
        ByteBuffer payload = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
        if (payload.remaining() % SETTING_BYTES != 0) {
            throw new IllegalArgumentException("a setting is cut off");
        }
        Http2Settings settings = new Http2Settings();
        while (payload.hasRemaining()) {
            settings.put(payload.getChar(), Long.valueOf(Integer.toUnsignedLong(payload.getInt())));
        }
        return settings;
    }
}
