package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Safetensors files whose header lies. */
class SafeTensorsRefusalTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}} | 4 | expected 8 bytes for FLOAT32 2
            {"w":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}} | 8 | expected 4 bytes for FLOAT32 1
            {"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} | 3 | the file is cut off: its tensors take 4 bytes of data, of which 3 are there
            {"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} | 5 | tensors end at byte 4 of the data, which has 5
            {"w":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}} | 5 | starts at byte 1 of the data, expected 0
            {"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}} | 4 | has data_offsets 4 to 0
            {"w":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}} | 4 | has data_offsets -4 to 0
            {"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}} | 4 | shape [-1] is negative
            {"w":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}} | 0 | more than 2^31-1 elements
            {"w":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}} | 4 | expected VALUE_NUMBER_INT
            {"w":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}} | 4 | out of range of long
            {"w":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}} | 4 | Number value length
            {"w":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}} | 4 | w: elements of type F8_E4M3 are not read
            {"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}} | 4 | lacks a dtype, a shape, or two data_offsets
            {"w":{"dtype":"F32","shape":[1]}} | 4 | lacks a dtype, a shape, or two data_offsets
            {"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}} | 4 | has an unknown field x
            {"w":{"dtype":["F32"],"shape":[1],"data_offsets":[0,4]}} | 4 | expected VALUE_STRING, found START_ARRAY
            {"w":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}} | 4 | nesting depth
            {"w":3} | 0 | expected START_OBJECT, found VALUE_NUMBER_INT
            {"__metadata__":{"a":3}} | 0 | expected VALUE_STRING
            {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}} | 2 | Duplicate field 'a'
            {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}} | 3 | b: starts at byte 1 of the data, expected 2
            {"module.a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}} | 2 | are both a without their wrapper prefixes
            {"module.":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} | 1 | module. names nothing but a wrapper
            {} {} | 0 | the header goes on after its end
            {} x | 0 | is not the JSON expected
            { | 0 | said to have 1 bytes
            {" | 0 | is not the JSON expected
            """)
    void refusesAHeaderThatLies(String header, int dataBytes, String reason) {
        byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);

        RefusalTest.assertRefused(file(utf8.length, utf8, dataBytes), reason);
    }

    @Test
    void refusesAHeaderLongerThanTheFile() {
        for (long length : new long[] {3, 1L << 40, -1, Long.MIN_VALUE, 0}) {
            RefusalTest.assertRefused(
                    file(length, new byte[] {'{', '}'}, 0), "safetensors header: is said to have " + length + " bytes");
        }
    }

    @Test
    void refusesAHeaderThatIsNotUtf8() {
        RefusalTest.assertRefused(file(4, new byte[] {'{', '"', (byte) 0xFF, '"'}, 0), "is not UTF-8");
    }

    @Test
    void refusesEndlessNesting() {
        byte[] header = new byte[100_000];
        Arrays.fill(header, (byte) '[');
        header[0] = '{';

        RefusalTest.assertRefused(file(header.length, header, 0), "is not the JSON expected");
    }

    @Test
    void readsAPaddedHeaderAndAnEmptyTensor() {
        byte[] header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]}}   "
                .getBytes(StandardCharsets.UTF_8);

        assertThat(Fixtures.read(file(header.length, header, 0))
                        .find("w")
                        .orElseThrow()
                        .toDoubles())
                .isEmpty();
    }

    private static byte[] file(long length, byte[] header, int dataBytes) {
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .array();
    }
}
