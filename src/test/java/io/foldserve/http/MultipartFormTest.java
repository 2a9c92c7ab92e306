package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.BadRequestException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartFormTest {
    private static final String TYPE = "multipart/form-data; boundary=xyz";
    private static final String END = "--xyz--\r\n";

    @Test
    void theFieldCalledImageIsFoundAmongOthers() {
        assertThat(image(text("note", "hello") + file("mask", "m") + file("image", "\0\r\n--xy\1") + END))
                .isEqualTo("\0\r\n--xy\1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "data", "upload", "files[]", ""})
    void theOnlyFileIsThePictureWhateverItsName(String name) {
        assertThat(image(text("note", "hello") + file(name, "abc") + text("more", "x") + END))
                .isEqualTo("abc");
    }

    @Test
    void theOnlyFieldIsThePictureThoughItIsNoFile() {
        assertThat(image(text("data", "abc") + END)).isEqualTo("abc");
    }

    @Test
    void aPreambleAnEpilogueBlanksAndAQuotedBoundaryAreRead() {
        String body = "before\r\n--x y\r\ncontent-disposition: form-data; filename=a; name=b\r\n\r\n"
                + "abc\r\n--x y-- \r\nbehind";
        assertThat(MultipartForm.image(bytes(body), "multipart/form-data; charset=x; Boundary=\"x y\""))
                .isEqualTo(bytes("abc"));
    }

    @Test
    void theBoundaryOfAnotherPrefixIsNoBoundary() {
        assertThat(image(file("file", "a\r\n--xy\r\nb") + END)).isEqualTo("a\r\n--xy\r\nb");
    }

    @Test
    void twoFilesOrTwoFieldsWithoutTheNameAreRefusedWithTheirNames() {
        refused(file("left", "a") + file("right", "b") + END, "[left, right]");
        refused(text("a", "a") + text("b", "b") + END, "[a, b]");
        refused(file("image", "a") + file("image", "b") + END, "[image, image]");
    }

    @Test
    void aFormWithoutFieldsIsRefused() {
        refused(END, "[]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not a form",
                "--xyz",
                "--xyz\r\n",
                "--xyz\r\n\r\n",
                "--xyz-",
                "--xyzzy\r\n\r\nabc\r\n--xyz--",
                "--xyz\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\ncut o",
                "--xyz\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n--xyz-",
                "--xyz\nContent-Disposition: form-data; name=\"image\"\n\nabc\n--xyz--\n"
            })
    void aMalformedFormIsRefused(String body) {
        refused(body, "the multipart form");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=\"\"",
                "multipart/form-data; boundary=;",
                "multipart/form-data; xboundary=xyz"
            })
    void aFormWithoutABoundaryIsRefused(String contentType) {
        assertThatThrownBy(() -> MultipartForm.image(bytes(file("image", "a") + END), contentType))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("has no boundary");
    }

    @Test
    void sixtyFourFieldsAreReadAndOneMoreIsRefused() {
        assertThat(image(text("note", "v").repeat(63) + file("image", "abc") + END))
                .isEqualTo("abc");
        refused(text("note", "v").repeat(64) + file("image", "abc") + END, "more than 64 fields");
    }

    @Test
    void aFieldWithAnEndlessHeadIsRefused() {
        refused("--xyz\r\n" + "A: b\r\n".repeat(2000) + "\r\nabc\r\n" + END, "malformed");
    }

    @Test
    void anEncodedFieldIsRefused() {
        String head = "--xyz\r\nContent-Disposition: form-data; name=\"image\"\r\nContent-Transfer-Encoding: ";
        refused(head + "base64\r\n\r\nYWJj\r\n" + END, "encoded");
        assertThat(image(head + "binary\r\n\r\nabc\r\n" + END)).isEqualTo("abc");
    }

    @Property
    void anyBytesAreRefusedOrRead(@ForAll @Size(max = 60) byte[] noise) {
        byte[] body = bytes(text("a", new String(noise, StandardCharsets.ISO_8859_1)) + END);
        assertThat(MultipartForm.image(body, TYPE)).isEqualTo(noise);
        assertThatThrownBy(() -> MultipartForm.image(noise, TYPE)).isInstanceOf(BadRequestException.class);
    }

    private static void refused(String body, String reason) {
        assertThatThrownBy(() -> image(body))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining(reason);
    }

    private static String image(String body) {
        return new String(MultipartForm.image(bytes(body), TYPE), StandardCharsets.ISO_8859_1);
    }

    private static String file(String name, String value) {
        return "--xyz\r\nContent-Disposition: form-data; name=\"" + name
                + "\"; filename=\"f\"\r\nContent-Type: image/png\r\n\r\n" + value + "\r\n";
    }

    private static String text(String name, String value) {
        return "--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
