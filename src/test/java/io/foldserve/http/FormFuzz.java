package io.foldserve.http;

import io.foldserve.problem.Sentence;
import jakarta.ws.rs.BadRequestException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a coverage-guided fuzzer calls with forms that carry a picture. */
public final class FormFuzz {
    private FormFuzz() {}

    /** Reads {@code body} as a form. */
    public static void fuzzerTestOneInput(byte[] body) {
        try {
            MultipartForm.image(body, BodyFuzzTest.TYPE);
        } catch (BadRequestException refused) {
            Sentence.expect(body, refused);
        }
    }

    /** Forms to start from. */
    public static List<byte[]> seeds() {
        return List.of(BodyFuzzTest.FORM.getBytes(StandardCharsets.ISO_8859_1));
    }
}
