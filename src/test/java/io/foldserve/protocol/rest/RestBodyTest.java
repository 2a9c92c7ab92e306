package io.foldserve.protocol.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.protocol.Datatype;
import io.foldserve.protocol.InferCall;
import io.foldserve.protocol.InputTensor;
import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.ModelDescription.TensorDescription;
import io.foldserve.protocol.TensorData;
import io.foldserve.task.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestBodyTest {
    static final ModelDescription MODEL = new ModelDescription(
            "digits",
            new TensorDescription("image", Datatype.FP32, List.of(-1L, 1L, 1L, 2L)),
            new TensorDescription("logits", Datatype.FP32, List.of(-1L, 10L)));

    static final String JSON = """
            {"id":"a","inputs":[{"name":"image","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":11}}],\
            "outputs":[{"name":"logits","parameters":{"binary_data":false,"classification":2}}]}""";

    private static final byte[] TAIL = {1, 0, 0, 0, 7, 2, 0, 0, 0, 8, 9};

    @Test
    void elementsOfAnySizeAreReadFromBehindTheJson() {
        InferCall call = RestBody.call(MODEL, body(), Optional.of(String.valueOf(JSON.length())));
        assertThat(call.id()).contains("a");
        assertThat(((TensorData.Elements) call.inputs().get(0).data()).elements())
                .containsExactly(new byte[] {7}, new byte[] {8, 9});
        assertThat(call.outputs().get(0).binary()).isFalse();
        assertThat(call.outputs().get(0).classes()).hasValue(2);
    }

    @Test
    void aBareTensorIsAsManyPicturesAsFit() {
        InputTensor input =
                RestBody.call(MODEL, new byte[24], Optional.of("0")).inputs().get(0);
        assertThat(input.shape()).containsExactly(3L, 1L, 1L, 2L);
        assertThatThrownBy(() -> RestBody.call(MODEL, new byte[25], Optional.of("0")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("a multiple of 8 bytes");
    }

    @Test
    void dataMayComeBeforeItsTypeFlatOrNested() {
        for (String data : List.of("[0.5,-1]", "[[[[0.5,-1.0]]]]")) {
            String json = "{\"inputs\":[{\"data\":%s,\"name\":\"image\",\"shape\":[1,1,1,2],\"datatype\":\"FP32\"}]}"
                    .formatted(data);
            InferCall call = RestBody.call(MODEL, json.getBytes(StandardCharsets.UTF_8), Optional.empty());
            ByteBuffer bytes = ((TensorData.Fixed) call.inputs().get(0).data()).bytes();
            assertThat(bytes.getFloat(0)).isEqualTo(0.5f);
            assertThat(bytes.getFloat(4)).isEqualTo(-1f);
        }
    }

    @Property(tries = 2000, seed = "12")
    void aChangedRequestIsReadOrRefusedAndNothingElse(
            @ForAll @Size(max = 6) List<@IntRange(max = 300) Integer> places,
            @ForAll byte value,
            @ForAll @IntRange(min = -2, max = 300) int length) {
        byte[] body = body();
        places.forEach(place -> body[place % body.length] = value);
        assertReadOrRefused(body, String.valueOf(length));
        assertReadOrRefused(body, String.valueOf(JSON.length()));
    }

    @Property(tries = 1000, seed = "12")
    void anyBytesAreReadOrRefusedAndNothingElse(@ForAll @Size(max = 100) byte[] body) {
        assertReadOrRefused(body, String.valueOf(body.length));
        for (String coding : List.of("gzip", "deflate")) {
            assertThatThrownBy(() -> RestBody.inflated(body, coding, 1000, bytes -> {}))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Property(tries = 2000, seed = "12")
    void aChangedRequestInAnyEncodingIsReadOrRefusedAndNothingElse(
            @ForAll @IntRange(max = 4) int encoding, @ForAll @IntRange(max = 900) int place, @ForAll byte value) {
        List<String> encodings = List.of("UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE");
        byte[] body = JSON.getBytes(Charset.forName(encodings.get(encoding)));
        body[place % body.length] = value;
        assertReadOrRefused(body, String.valueOf(body.length));
    }

    @Test
    void aNumberWithoutEndIsRefusedInWordsForPeople() {
        String json = "{\"inputs\":[{\"name\":\"image\",\"shape\":[%s]}]}".formatted("9".repeat(100_000));
        assertThatThrownBy(() -> RestBody.call(MODEL, json.getBytes(StandardCharsets.UTF_8), Optional.empty()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("100000")
                .hasMessageNotContainingAny("Stream", "`", "()");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [1] | the request must be an object, found an array | line 1, column 1
            {"inputs":[{"shape":[1,"2"]}]} | shape must be a whole number below 2147483648, found a string \
            | inputs[0].shape[1] (line 1, column 24)
            {"inputs":[{}]} | an input has no name | inputs[0] (line 1, column 13)
            {"inputs":[{"name":3}]} | name must be a string, found a whole number | inputs[0].name (line 1, column 20)
            {"inputs":[{"name":{}}]} | name must be a string, found an object | inputs[0].name (line 1, column 20)
            {"id":null} | id must be a string, found null | id (line 1, column 7)
            {"parameters":{"binary_data_output":1.5}} \
            | binary_data_output must be true or false, found a number with a fraction \
            | parameters.binary_data_output (line 1, column 37)
            {"inputs":[{"data":[[1],[true]]}]} | data has true, expected numbers only, or strings only \
            | inputs[0].data[1][0] (line 1, column 26)
            {"inputs":[{"data":7}]} | data is a whole number, expected an array | inputs[0].data (line 1, column 20)
            {"inputs":[{"nome":"x"}]} \
            | an input has a member 'nome', expected only [data, datatype, name, parameters, shape] \
            | inputs[0].nome (line 1, column 13)
            """)
    void aRefusalSaysWhereWhatWasExpectedAndFound(String json, String refusal, String place) {
        assertThatThrownBy(() -> RestBody.call(MODEL, json.getBytes(StandardCharsets.UTF_8), Optional.empty()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(refusal + ": at " + place);
    }

    @Test
    void anElementThatIsNotBase64AndALengthWithinTheJsonAreSaid() {
        byte[] element = """
                {"inputs":[{"name":"image","datatype":"BYTES","shape":[2],"parameters":{"content_type":"base64"},\
                "data":["AA==","A?"]}]}""".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> RestBody.call(MODEL, element, Optional.empty()))
                .hasMessageStartingWith(
                        "element 1 of input 'image' is not base64: found '?' as character 2: at inputs[0]");
        assertThatThrownBy(() -> RestBody.call(MODEL, element, Optional.of("10")))
                .hasMessageStartingWith("what Inference-Header-Content-Length says is JSON, the first 10 of 120 bytes,"
                        + " is not JSON: Unexpected end-of-input")
                .hasMessageEndingWith("(line 1, column 11)");
    }

    @Test
    void theLineOfARefusalIsCounted() {
        String json = "{\n  \"inputs\": [\n    {\"name\": false}\n  ]\n}";
        assertThatThrownBy(() -> RestBody.call(MODEL, json.getBytes(StandardCharsets.UTF_8), Optional.empty()))
                .hasMessage("name must be a string, found false: at inputs[0].name (line 3, column 14)");
    }

    @Test
    void lengthsBehindTheJsonThatLieAreToldWithWhatIsThere() {
        for (byte[] tail : List.of(new byte[] {7, 0, 0, 0, 1}, new byte[] {-1, -1, -1, -1}, new byte[] {1, 2})) {
            String json = JSON.replace("11", String.valueOf(tail.length));
            byte[] body = ByteBuffer.allocate(json.length() + tail.length)
                    .put(json.getBytes(StandardCharsets.UTF_8))
                    .put(tail)
                    .array();
            assertThatThrownBy(() -> RestBody.call(MODEL, body, Optional.of(String.valueOf(json.length()))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageMatching("element 0 of input 'image' (says a length of (7|4294967295) bytes \\(4 bytes,"
                            + " little-endian\\), but [01] are left|begins 2 bytes before the end, expected its length"
                            + " as 4 bytes, little-endian): at inputs\\[0] \\(line 1, column \\d+\\)");
        }
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        byte[] body = {0, 0, (byte) 0xFF, (byte) 0xFE, 1, 2, 3, 4};
        assertThatThrownBy(() -> RestBody.call(MODEL, body, Optional.empty()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no text");
    }

    private static void assertReadOrRefused(byte[] body, String length) {
        try {
            assertThat(RestBody.call(MODEL, body, Optional.of(length))).isNotNull();
        } catch (InvalidRequestException refusal) {
            assertThat(refusal).hasMessageNotContaining("Exception");
        }
    }

    static byte[] body() {
        byte[] json = JSON.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(json.length + TAIL.length)
                .put(json)
                .put(TAIL)
                .array();
    }
}
