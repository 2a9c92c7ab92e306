package io.foldserve.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import jakarta.ws.rs.BadRequestException;
import java.io.IOException;
import java.util.Base64;

/**
 * The picture in {@code {"image": "<base64>"}}: RFC 4648's usual or URL-safe alphabet, with or without line breaks, or
 * a {@code data:} URL of it. Anything else in the JSON is refused where it begins, whatever follows.
 */
final class JsonImage {
    private static final String FIELD = "image";
    private static final String EXPECTED = "expected {\"image\": \"<the picture in base64>\"}";

    /** The body's own limit bounds the string. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNestingDepth(1)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private JsonImage() {}

    /**
     * The picture's bytes.
     *
     * @throws BadRequestException (400) if the body is anything else
     */
    static byte[] of(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            return decode(text(parser));
        } catch (IOException malformed) {
            // Also what is no text in the encoding that its first bytes tell of. The client is told what has no cause.
            throw new BadRequestException("the JSON is malformed or nested, " + EXPECTED);
        }
    }

    private static String text(JsonParser parser) throws IOException {
        expect(parser, JsonToken.START_OBJECT);
        expect(parser, JsonToken.FIELD_NAME);
        if (!parser.currentName().equals(FIELD)) {
            throw new BadRequestException("the JSON has a member other than 'image', " + EXPECTED);
        }
        expect(parser, JsonToken.VALUE_STRING);
        String text = parser.getText();
        expect(parser, JsonToken.END_OBJECT);
        if (parser.nextToken() != null) {
            throw new BadRequestException("the JSON goes on behind its object, " + EXPECTED);
        }
        return text;
    }

    private static void expect(JsonParser parser, JsonToken expected) throws IOException {
        if (parser.nextToken() != expected) {
            throw new BadRequestException("the JSON is something else, " + EXPECTED);
        }
    }

    private static byte[] decode(String text) {
        String base64 = text.startsWith("data:") ? behindDataUrl(text) : text;
        if (base64.indexOf('\n') >= 0 || base64.indexOf('\r') >= 0) {
            base64 = base64.replace("\r", "").replace("\n", "");
        }
        boolean urlSafe = base64.indexOf('-') >= 0 || base64.indexOf('_') >= 0;
        try {
            return (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(base64);
        } catch (IllegalArgumentException notBase64) {
            throw new BadRequestException("'image' in the JSON is not base64: " + notBase64.getMessage());
        }
    }

    private static String behindDataUrl(String url) {
        int comma = url.indexOf(',');
        if (comma < 0 || !url.substring(0, comma).endsWith(";base64")) {
            throw new BadRequestException("'image' in the JSON is a data URL without ';base64,'");
        }
        return url.substring(comma + 1);
    }
}
