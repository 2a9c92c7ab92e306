package io.foldserve.protocol.rest;

import io.foldserve.protocol.Datatype;
import io.foldserve.protocol.InputTensor;
import io.foldserve.protocol.TensorData;
import io.foldserve.task.InvalidRequestException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The members of one input of a request, as they are read. Used once, by one thread. */
final class JsonInput {
    private Optional<String> name = Optional.empty();
    private Optional<Datatype> datatype = Optional.empty();
    private Optional<List<Long>> shape = Optional.empty();
    private Optional<JsonData> data = Optional.empty();
    private Optional<String> contentType = Optional.empty();
    private OptionalLong binarySize = OptionalLong.empty();

    /** How each member is read. */
    Map<String, JsonObject.Value> members() {
        Map<String, JsonObject.Value> parameters = Map.of(
                "binary_data_size", value -> binarySize = OptionalLong.of(JsonObject.whole(value, "binary_data_size")),
                "content_type", value -> contentType = Optional.of(JsonObject.string(value, "content_type")));
        return Map.of(
                "name", value -> name = Optional.of(JsonObject.string(value, "name")),
                "datatype", value -> datatype = Optional.of(Datatype.of(JsonObject.string(value, "datatype"))),
                "shape", value -> shape = Optional.of(JsonObject.shape(value)),
                "data", value -> data = Optional.of(JsonData.read(value)),
                "parameters", value -> JsonObject.read(value, "an input's parameters", parameters));
    }

    /**
     * The tensor, with its elements from its {@code data} or from behind the JSON.
     *
     * @throws InvalidRequestException if a member is missing, or the elements are in both places or in none
     */
    InputTensor tensor(BinaryTail tail) {
        String called = name.orElseThrow(() -> new InvalidRequestException("an input has no name"));
        Datatype type = datatype.orElseThrow(() -> missing(called, "datatype"));
        List<Long> extents = shape.orElseThrow(() -> missing(called, "shape"));
        if (data.isPresent() == binarySize.isPresent()) {
            throw new InvalidRequestException("input '%s' has %s data and binary_data_size, expected one of them"
                    .formatted(called, data.isPresent() ? "both" : "neither"));
        }
        if (data.isPresent()) {
            expectBase64(called, type);
            return new InputTensor(called, type, extents, data.get().as(type, called, extents));
        }
        if (contentType.isPresent()) {
            throw new InvalidRequestException(
                    "input '%s' is binary: leave its parameter content_type out".formatted(called));
        }
        ByteBuffer bytes = tail.next(called, binarySize.getAsLong());
        TensorData elements =
                type == Datatype.BYTES ? TensorData.Elements.split(called, bytes) : new TensorData.Fixed(bytes);
        return new InputTensor(called, type, extents, elements);
    }

    private void expectBase64(String called, Datatype type) {
        boolean base64 = contentType.equals(Optional.of("base64"));
        if (type == Datatype.BYTES ? !base64 : contentType.isPresent()) {
            throw new InvalidRequestException(
                    type == Datatype.BYTES
                            ? "JSON holds bytes as base64 only: input '%s' needs the parameter content_type: base64"
                                    .formatted(called)
                            : "input '%s' is %s: leave its parameter content_type out".formatted(called, type));
        }
    }

    private static InvalidRequestException missing(String input, String member) {
        return new InvalidRequestException("input '%s' has no %s".formatted(input, member));
    }
}
