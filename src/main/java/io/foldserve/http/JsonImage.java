package io.foldserve.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
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
                    .maxNestingDepth(2)
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
        } catch (JsonProcessingException malformed) {
            throw new BadRequestException("the body is not JSON, %s: %s".formatted(EXPECTED, JsonPlace.why(malformed)));
        } catch (IOException notText) {
            throw new BadRequestException(
                    "the body is not JSON, %s: its bytes are no text in UTF-8, UTF-16 or UTF-32".formatted(EXPECTED));
        }
    }

    private static String text(JsonParser parser) throws IOException {
        expect(parser, JsonToken.START_OBJECT);
        expect(parser, JsonToken.FIELD_NAME);
        if (!parser.currentName().equals(FIELD)) {
            throw refused(parser, "a member other than 'image'");
        }
        expect(parser, JsonToken.VALUE_STRING);
        String text = parser.getText();
        expect(parser, JsonToken.END_OBJECT);
        if (parser.nextToken() != null) {
            throw refused(parser, "something behind its object");
        }
        return text;
    }

    private static void expect(JsonParser parser, JsonToken expected) throws IOException {
        JsonToken token = parser.nextToken();
        if (token != expected) {
            throw refused(parser, JsonPlace.found(token));
        }
    }

    private static BadRequestException refused(JsonParser parser, String found) {
        return new BadRequestException("the JSON has %s, %s: at %s".formatted(found, EXPECTED, JsonPlace.of(parser)));
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
            throw new BadRequestException("'image' in the JSON is not base64: " + Base64Fault.in(base64));
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
