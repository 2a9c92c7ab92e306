package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.NotSupportedException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageBodyTest {
    private static final String FORM = "multipart/form-data; boundary=xyz";

    @ParameterizedTest
    @ValueSource(strings = {"image/jpeg", "image/png", "IMAGE/PNG; q=1", "application/octet-stream"})
    void aRawBodyIsTheImage(String contentType) {
        assertThat(ImageBody.of(bytes("abc"), contentType)).isEqualTo(bytes("abc"));
    }

    @Test
    void theFieldCalledImageIsFoundAmongOthers() {
        assertThat(ImageBody.of(bytes(form("note", "hello") + form("image", "\0\r\n--xy\1") + "--xyz--\r\n"), FORM))
                .isEqualTo(bytes("\0\r\n--xy\1"));
    }

    @Test
    void aFormWithoutTheFieldIsRefused() {
        assertThatThrownBy(() -> ImageBody.of(bytes(form("picture", "abc") + "--xyz--\r\n"), FORM))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("'image'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a form", "--xyz\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\ncut o"})
    void aMalformedFormIsRefused(String body) {
        assertThatThrownBy(() -> ImageBody.of(bytes(body), FORM)).isInstanceOf(BadRequestException.class);
    }

    @Test
    void aFormWithoutABoundaryIsRefused() {
        assertThatThrownBy(() -> ImageBody.of(bytes("abc"), "multipart/form-data"))
                .isInstanceOf(BadRequestException.class);
    }

    @Test
    void anEmptyBodyIsRefused() {
        assertThatThrownBy(() -> ImageBody.of(new byte[0], "image/png"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json", "application/x-www-form-urlencoded", "image/gif", ""})
    void anotherContentTypeIsRefusedByName(String contentType) {
        assertThatThrownBy(() -> ImageBody.of(bytes("abc"), contentType))
                .isInstanceOf(NotSupportedException.class)
                .hasMessageContaining("'" + contentType + "'");
    }

    private static String form(String name, String value) {
        return "--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"f\"\r\n\r\n" + value
                + "\r\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
