package io.foldserve.http;

import io.foldserve.problem.Sentence;
import jakarta.ws.rs.BadRequestException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.Stream;

/** What a coverage-guided fuzzer calls with JSON that carries a picture. */
public final class JsonImageFuzz {
    private JsonImageFuzz() {}

    /** Reads {@code body} as JSON. */
    public static void fuzzerTestOneInput(byte[] body) {
        try {
            JsonImage.of(body);
        } catch (BadRequestException refused) {
            Sentence.expect(body, refused);
        }
    }

    /** Bodies to start from, in every encoding of JSON. */
    public static List<byte[]> seeds() {
        return Stream.of("UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE")
                .map(charset -> BodyFuzzTest.JSON.getBytes(Charset.forName(charset)))
                .toList();
    }
}
