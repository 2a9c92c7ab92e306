package io.foldserve.http;

import jakarta.ws.rs.BadRequestException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fields of a {@code multipart/form-data} body (RFC 7578), as places in its bytes. Every refusal is a
 * {@link BadRequestException} (400).
 */
final class MultipartForm {
    /** Far above any form that sends a picture. */
    private static final int MOST_FIELDS = 64;

    private static final int LARGEST_FIELD_HEAD = 8192;
    private static final int LONGEST_BOUNDARY = 200;

    private static final Pattern BOUNDARY =
            Pattern.compile(";\\s*boundary\\s*=\\s*(?:\"([^\"]*+)\"|([^;\\s\"]*+))", Pattern.CASE_INSENSITIVE);
    private static final Pattern DISPOSITION = Pattern.compile(
            "^content-disposition\\s*:\\s*form-data(.*)$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Pattern PARAMETER = Pattern.compile(
            ";\\s*(name|filename\\*?)\\s*=\\s*(?:\"([^\"]*+)\"|([^;\\s\"]*+))", Pattern.CASE_INSENSITIVE);
    private static final Pattern ENCODED = Pattern.compile(
            "^content-transfer-encoding\\s*:\\s*+(?!7bit|8bit|binary)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private final byte[] body;
    private final byte[] delimiter;

    /** One field: its name, whether it is a file, and where its value stands in the body. */
    private record Field(String name, boolean file, int from, int to) {}

    private MultipartForm(byte[] body, String boundary) {
        this.body = body;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * The picture in the form: the field {@code image}, else its only file, else its only field.
     *
     * @param contentType the request's, with the boundary
     */
    static byte[] image(byte[] body, String contentType) {
        Field field = choose(new MultipartForm(body, boundary(contentType)).fields());
        return Arrays.copyOfRange(body, field.from(), field.to());
    }

    private static String boundary(String contentType) {
        Matcher found = BOUNDARY.matcher(contentType);
        String boundary = !found.find() ? "" : found.group(1) != null ? found.group(1) : found.group(2);
        if (boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY) {
            throw new BadRequestException(
                    "the multipart form's Content-Type has no boundary of 1 to %d characters: '%s'"
                            .formatted(LONGEST_BOUNDARY, contentType));
        }
        return boundary;
    }

    private static Field choose(List<Field> fields) {
        List<Field> named =
                fields.stream().filter(field -> field.name().equals("image")).toList();
        List<Field> files = fields.stream().filter(Field::file).toList();
        for (List<Field> candidates : List.of(named, files, fields)) {
            if (candidates.size() == 1) {
                return candidates.get(0);
            }
            if (candidates.size() > 1) {
                break;
            }
        }
        throw new BadRequestException("the multipart form has the fields %s, expected one field 'image', or one file"
                .formatted(fields.stream().map(Field::name).toList()));
    }

    private List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        int at = firstDelimiter();
        while (!isClosed(at)) {
            if (fields.size() == MOST_FIELDS) {
                throw new BadRequestException("the multipart form has more than %d fields".formatted(MOST_FIELDS));
            }
            int head = lineEnd(at);
            int headEnd = indexOf(new byte[] {'\r', '\n', '\r', '\n'}, head - 2, head + LARGEST_FIELD_HEAD);
            int value = headEnd + 4;
            int end = indexOf(delimiter, headEnd + 2, body.length);
            fields.add(field(head, headEnd, value, Math.max(value, end)));
            at = end + delimiter.length;
        }
        return fields;
    }

    /** Behind the first delimiter, which may stand at the very start; what is before it is a preamble. */
    private int firstDelimiter() {
        int length = delimiter.length - 2;
        boolean atStart = body.length >= length && Arrays.equals(body, 0, length, delimiter, 2, delimiter.length);
        return atStart ? length : indexOf(delimiter, 0, body.length) + delimiter.length;
    }

    private boolean isClosed(int at) {
        return at + 1 < body.length && body[at] == '-' && body[at + 1] == '-';
    }

    /** The start of the next line; only blanks may stand behind a delimiter. */
    private int lineEnd(int at) {
        int end = at;
        while (end < body.length && (body[end] == ' ' || body[end] == '\t')) {
            end++;
        }
        if (end + 1 >= body.length || body[end] != '\r' || body[end + 1] != '\n') {
            throw new BadRequestException(
                    "the multipart form has a boundary at byte %d without a line end".formatted(at));
        }
        return end + 2;
    }

    private Field field(int head, int headEnd, int from, int to) {
        String text = head > headEnd ? "" : new String(body, head, headEnd - head, StandardCharsets.UTF_8);
        if (ENCODED.matcher(text).find()) {
            throw new BadRequestException(
                    "the multipart form has an encoded field at byte %d, expected plain bytes".formatted(from));
        }
        Matcher disposition = DISPOSITION.matcher(text.replace("\r\n", "\n"));
        String name = "";
        boolean file = false;
        if (disposition.find()) {
            Matcher parameter = PARAMETER.matcher(disposition.group(1));
            while (parameter.find()) {
                boolean isName = parameter.group(1).equalsIgnoreCase("name");
                file |= !isName;
                name = !isName ? name : parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
            }
        }
        return new Field(name, file, from, to);
    }

    /**
     * Where {@code wanted} begins. A delimiter's first byte occurs nowhere else in it, so that this takes linear time.
     */
    private int indexOf(byte[] wanted, int from, int to) {
        int last = Math.min(to, body.length) - wanted.length;
        for (int i = from; i <= last; i++) {
            if (body[i] == wanted[0] && Arrays.equals(body, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new BadRequestException(
                "the multipart form is malformed: behind byte %d a boundary or a field's value is missing"
                        .formatted(from));
    }
}
