package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.BadRequestException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonImageTest {
    private static final byte[] BYTES = {(byte) 0xFB, (byte) 0xFF, 1, 2};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"image\":\"+/8BAg==\"}",
                " { \"image\" : \"+\\/8BAg\" } \n",
                "{\"image\":\"-_8BAg==\"}",
                "{\"image\":\"+/8B\\nAg==\\r\\n\"}",
                "{\"image\":\"data:image/png;base64,+/8BAg==\"}",
                "{\"image\":\"data:;base64,+/8BAg==\"}"
            })
    void base64IsRead(String json) {
        assertThat(JsonImage.of(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(BYTES);
    }

    @Test
    void jsonInUtf16IsRead() {
        assertThat(JsonImage.of("{\"image\":\"+/8BAg==\"}".getBytes(StandardCharsets.UTF_16)))
                .isEqualTo(BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"+/8BAg==\"",
                "{}",
                "{\"image\":null}",
                "{\"image\":12}",
                "{\"image\":[1,2]}",
                "{\"image\":{\"b64\":\"+/8BAg==\"}}",
                "{\"data\":\"+/8BAg==\"}",
                "{\"image\":\"+/8BAg==\",\"topK\":3}",
                "{\"image\":\"+/8BAg==\"} {}",
                "{\"image\":\"+/8BAg==\"",
                "{\"image\":\"+/8BAg",
                "{\"image\":\"not base64!\"}",
                "{\"image\":\"data:image/png,abc\"}",
                "{\"image\":\"data:image/png;base64\"}",
                "{'image':'+/8BAg=='}"
            })
    void anythingElseIsRefused(String json) {
        assertThatThrownBy(() -> JsonImage.of(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("JSON");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                     | the JSON has an array, EXPECTED: at line 1, column 1
            {}                     | the JSON has the object's end, EXPECTED: at line 1, column 2
            {"image":12}           | the JSON has a whole number, EXPECTED: at image (line 1, column 10)
            {"image":{"b64":"a"}}  | the JSON has an object, EXPECTED: at image (line 1, column 10)
            {"data":"a"}           | the JSON has a member other than 'image', EXPECTED: at data (line 1, column 2)
            {"image":"a","topK":3} | the JSON has a member, EXPECTED: at topK (line 1, column 14)
            {"image":"a"} {}       | the JSON has something behind its object, EXPECTED: at line 1, column 15
            {"image":"a"           | the body is not JSON, EXPECTED: Unexpected end-of-input
            {'image':'a'}          | the body is not JSON, EXPECTED: Unexpected character (
            """)
    void aRefusalSaysWhereWhatWasExpectedAndFound(String json, String refusal) {
        assertThatThrownBy(() -> JsonImage.of(json.getBytes(StandardCharsets.UTF_8)))
                .hasMessageStartingWith(
                        refusal.replace("EXPECTED", "expected {\"image\": \"<the picture in base64>\"}"))
                .hasMessageContaining("line 1, column ")
                .hasMessageNotContainingAny("Source", "START", "com.");
    }

    @Test
    void whatIsNotBase64IsSaidWithItsPlace() {
        assertThatThrownBy(() -> JsonImage.of("{\"image\":\"not base64!\"}".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("'image' in the JSON is not base64: found ' ' as character 4");
        assertThatThrownBy(() -> JsonImage.of("{\"image\":\"A\"}".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("'image' in the JSON is not base64: its 1 characters break off, or are padded wrongly");
    }

    @Test
    void deepJsonIsRefusedAtItsSecondBracketWhateverFollows() {
        assertThatThrownBy(() -> JsonImage.of("[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> JsonImage.of(("{\"image\":" + "[".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BadRequestException.class);
    }
}
