package io.foldserve.protocol.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.foldserve.http.Base64Fault;
import io.foldserve.http.JsonPlace;
import io.foldserve.protocol.Datatype;
import io.foldserve.protocol.InputTensor;
import io.foldserve.protocol.TensorData;
import io.foldserve.task.InvalidRequestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The elements of a tensor in JSON: one flat array of all, or arrays nested as the shape is. Read before the type is
 * known, since members of an object come in any order. Belongs to one thread.
 */
final class JsonData {
    private static final int DEEPEST = 8;

    private float[] numbers = new float[64];
    private int count;
    private final List<String> strings = new ArrayList<>();
    private final List<Long> extents = new ArrayList<>();

    private JsonData() {}

    /** The array that {@code json} stands at. */
    static JsonData read(JsonParser json) throws IOException {
        JsonData data = new JsonData();
        if (!json.isExpectedStartArrayToken()) {
            throw new InvalidRequestException(
                    "data is %s, expected an array".formatted(JsonPlace.found(json.currentToken())));
        }
        data.array(json, 0);
        return data;
    }

    private void array(JsonParser json, int depth) throws IOException {
        if (depth == DEEPEST) {
            throw new InvalidRequestException("data is nested more than %d deep".formatted(DEEPEST));
        }
        long extent = 0;
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken(), extent++) {
            if (token == JsonToken.START_ARRAY) {
                array(json, depth + 1);
            } else {
                element(json, token);
            }
        }
        while (extents.size() <= depth) {
            extents.add(-1L);
        }
        if (extents.get(depth) != -1 && extents.get(depth) != extent) {
            throw new InvalidRequestException(
                    "data has arrays of %d and of %d elements side by side".formatted(extents.get(depth), extent));
        }
        extents.set(depth, extent);
    }

    private void element(JsonParser json, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_STRING && count == 0) {
            strings.add(json.getText());
        } else if ((token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT)
                && strings.isEmpty()) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, count * 2);
            }
            numbers[count++] = (float) json.getDoubleValue();
        } else {
            throw new InvalidRequestException(
                    "data has %s, expected numbers only, or strings only".formatted(JsonPlace.found(token)));
        }
    }

    /**
     * The elements as a tensor of {@code datatype}.
     *
     * @throws InvalidRequestException if they are not of that type, or nested otherwise than {@code shape} is
     */
    TensorData as(Datatype datatype, String input, List<Long> shape) {
        InputTensor.elements(input, shape);
        if (extents.size() > 1 && !extents.equals(shape)) {
            throw new InvalidRequestException(
                    "input '%s' has shape %s, but its data is nested as %s".formatted(input, shape, extents));
        }
        return switch (datatype) {
            case BYTES -> pictures(input);
            case FP32 -> new TensorData.Fixed(floats(input));
            case UINT8 -> new TensorData.Fixed(bytes(input));
            case BOOL, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP64 ->
                throw new InvalidRequestException(
                        "input '%s' is %s, expected BYTES, UINT8 or FP32".formatted(input, datatype));
        };
    }

    private TensorData.Elements pictures(String input) {
        expect(count == 0, input, "BYTES", "strings");
        List<byte[]> elements = new ArrayList<>();
        for (String text : strings) {
            try {
                elements.add(Base64.getDecoder().decode(text));
            } catch (IllegalArgumentException notBase64) {
                throw new InvalidRequestException("element %d of input '%s' is not base64: %s"
                        .formatted(elements.size(), input, Base64Fault.in(text)));
            }
        }
        return new TensorData.Elements(elements);
    }

    private ByteBuffer floats(String input) {
        expect(strings.isEmpty(), input, "FP32", "numbers");
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(numbers[i])) {
                throw new InvalidRequestException("element %d of input '%s' is beyond FP32".formatted(i, input));
            }
            bytes.putFloat(numbers[i]);
        }
        return bytes.flip();
    }

    private ByteBuffer bytes(String input) {
        expect(strings.isEmpty(), input, "UINT8", "numbers");
        ByteBuffer bytes = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            int value = (int) numbers[i];
            if (value != numbers[i] || value < 0 || value > 255) {
                throw new InvalidRequestException("element %d of input '%s' is %s, expected a whole number 0 to 255"
                        .formatted(i, input, numbers[i]));
            }
            bytes.put((byte) value);
        }
        return bytes.flip();
    }

    private static void expect(boolean holds, String input, String datatype, String elements) {
        if (!holds) {
            throw new InvalidRequestException(
                    "input '%s' is %s, expected %s as its data".formatted(input, datatype, elements));
        }
    }
}
