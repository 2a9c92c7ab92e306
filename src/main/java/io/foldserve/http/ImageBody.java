package io.foldserve.http;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.NotSupportedException;
import java.util.Locale;
import java.util.Set;

/**
 * Finds the image in a request's body: the body itself, a field of a multipart form, or base64 in JSON. Of a body that
 * is the image, the bytes say which kind it is; a content type only says that it is none.
 */
final class ImageBody {
    private static final String FORM = "multipart/form-data";
    private static final String JSON = "application/json";

    /** What clients send for bytes of any kind: nothing, or their default (curl's is the form's). */
    private static final Set<String> ANY_BYTES = Set.of(
            "",
            "application/octet-stream",
            "binary/octet-stream",
            "application/x-binary",
            "application/x-www-form-urlencoded");

    /** Of JSON: the body, its string as it is read, as text, without line ends, and the picture. */
    private static final int JSON_COPIES = 7;

    /** Of a form: the body, and the field that is cut out of it. */
    private static final int FORM_COPIES = 2;

    private ImageBody() {}

    /** How often a body's bytes are held at most while {@link #of} finds the image in it. */
    static int copies(String contentType) {
        return switch (type(contentType)) {
            case FORM -> FORM_COPIES;
            case JSON -> JSON_COPIES;
            default -> 1;
        };
    }

    private static String type(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /**
     * The image's bytes.
     *
     * @throws NotSupportedException (415) if the content type says that the body is something else
     * @throws BadRequestException (400) if there are no bytes, or the form or JSON holds no image
     */
    static byte[] of(byte[] body, String contentType) {
        String type = type(contentType);
        byte[] image;
        if (type.equals(FORM)) {
            image = MultipartForm.image(body, contentType);
        } else if (type.equals(JSON)) {
            image = JsonImage.of(body);
        } else if (type.startsWith("image/") || ANY_BYTES.contains(type)) {
            image = body;
        } else {
            throw new NotSupportedException(
                    ("Content-Type is '%s', expected image/*, application/octet-stream, none, multipart/form-data "
                                    + "with one file, or application/json with base64 in 'image'")
                            .formatted(type));
        }
        if (image.length == 0) {
            throw new BadRequestException("the image is empty: the body has no bytes");
        }
        return image;
    }
}
