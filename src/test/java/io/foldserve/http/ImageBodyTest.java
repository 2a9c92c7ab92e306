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
    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/jpeg",
                "image/png",
                "IMAGE/PNG; q=1",
                "image/*",
                "image/x-png",
                "image/pjpeg",
                "application/octet-stream",
                "binary/octet-stream",
                "application/x-www-form-urlencoded",
                ""
            })
    void aRawBodyIsTheImage(String contentType) {
        assertThat(ImageBody.of(bytes("abc"), contentType)).isEqualTo(bytes("abc"));
    }

    @Test
    void aFormsPictureIsTheImage() {
        String form = "--xyz\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nabc\r\n--xyz--\r\n";
        assertThat(ImageBody.of(bytes(form), "Multipart/Form-Data; boundary=xyz"))
                .isEqualTo(bytes("abc"));
    }

    @Test
    void base64InJsonIsTheImage() {
        assertThat(ImageBody.of(bytes("{\"image\":\"YWJj\"}"), "application/json; charset=utf-8"))
                .isEqualTo(bytes("abc"));
    }

    @Test
    void anEmptyBodyIsRefused() {
        assertThatThrownBy(() -> ImageBody.of(new byte[0], "image/png"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("empty");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "text/html", "application/xml", "multipart/mixed", "imagery/png", "video/mp4"})
    void anotherContentTypeIsRefusedByName(String contentType) {
        assertThatThrownBy(() -> ImageBody.of(bytes("abc"), contentType))
                .isInstanceOf(NotSupportedException.class)
                .hasMessageContaining("'" + contentType + "'");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
