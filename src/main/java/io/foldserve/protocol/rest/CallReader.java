package io.foldserve.protocol.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.foldserve.http.JsonPlace;
import io.foldserve.protocol.InferCall;
import io.foldserve.protocol.InputTensor;
import io.foldserve.protocol.RequestedOutput;
import io.foldserve.task.InvalidRequestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the JSON of an inference request, and the binary tensors behind it. Used once, by one thread. */
final class CallReader {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final BinaryTail tail;
    private Optional<String> id = Optional.empty();
    private Optional<String> variant = Optional.empty();
    private Optional<String> unit = Optional.empty();
    private boolean binary;
    private final List<InputTensor> inputs = new ArrayList<>();
    private final List<PendingOutput> outputs = new ArrayList<>();

    /** An output as it is asked for; whether it is binary may depend on what follows. */
    private record PendingOutput(String name, Optional<Boolean> binary, OptionalInt classes) {}

    private CallReader(BinaryTail tail) {
        this.tail = tail;
    }

    /**
     * Reads a request.
     *
     * @param body JSON up to {@code jsonLength}, binary tensors from there
     * @throws InvalidRequestException if it is not the JSON of a request, or the tensors are not what it says
     */
    static InferCall read(byte[] body, int jsonLength) {
        CallReader reader = new CallReader(new BinaryTail(ByteBuffer.wrap(body, jsonLength, body.length - jsonLength)));
        try (JsonParser json = JSON.createParser(body, 0, jsonLength)) {
            reader.whole(json);
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException("%s is not JSON: %s"
                    .formatted(
                            jsonLength == body.length
                                    ? "the request"
                                    : "what %s says is JSON, the first %d of %d bytes,"
                                            .formatted(RestBody.JSON_LENGTH, jsonLength, body.length),
                            JsonPlace.why(e)));
        } catch (IOException notText) {
            throw new InvalidRequestException(
                    "the request is not JSON: its bytes are no text in UTF-8, UTF-16 or UTF-32");
        }
        reader.tail.expectEnd();
        return reader.call();
    }

    private void whole(JsonParser json) throws IOException {
        try {
            json.nextToken();
            request(json);
            if (json.nextToken() != null) {
                throw new InvalidRequestException("something follows the JSON object of the request");
            }
        } catch (InvalidRequestException refusal) {
            throw new InvalidRequestException("%s: at %s".formatted(refusal.getMessage(), JsonPlace.of(json)));
        }
    }

    private InferCall call() {
        List<RequestedOutput> asked = outputs.stream()
                .map(output ->
                        new RequestedOutput(output.name(), output.binary().orElse(binary), output.classes()))
                .toList();
        return new InferCall(id, variant, unit, inputs, asked, binary);
    }

    private void request(JsonParser json) throws IOException {
        JsonObject.read(
                json,
                "the request",
                Map.of(
                        "id", value -> id = Optional.of(JsonObject.string(value, "id")),
                        "parameters", this::parameters,
                        "inputs", value -> JsonObject.array(value, "inputs", this::input),
                        "outputs", value -> JsonObject.array(value, "outputs", this::output)));
    }

    private void parameters(JsonParser json) throws IOException {
        JsonObject.read(
                json,
                "parameters",
                Map.of(
                        "variant", value -> variant = Optional.of(JsonObject.string(value, "variant")),
                        "unit", value -> unit = Optional.of(JsonObject.string(value, "unit")),
                        "binary_data_output", value -> binary = JsonObject.truth(value, "binary_data_output")));
    }

    private void input(JsonParser json) throws IOException {
        JsonInput input = new JsonInput();
        JsonObject.read(json, "an input", input.members());
        inputs.add(input.tensor(tail));
    }

    private void output(JsonParser json) throws IOException {
        List<String> name = new ArrayList<>();
        List<Boolean> asBinary = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        Map<String, JsonObject.Value> parameters = Map.of(
                "binary_data", value -> asBinary.add(JsonObject.truth(value, "binary_data")),
                "classification", value -> classes.add(JsonObject.whole(value, "classification")));
        JsonObject.read(
                json,
                "an output",
                Map.of(
                        "name", value -> name.add(JsonObject.string(value, "name")),
                        "parameters", value -> JsonObject.read(value, "an output's parameters", parameters)));
        if (name.isEmpty()) {
            throw new InvalidRequestException("an output has no name");
        }
        OptionalInt count = classes.isEmpty() ? OptionalInt.empty() : OptionalInt.of(classes.get(0));
        outputs.add(new PendingOutput(name.get(0), asBinary.stream().findFirst(), count));
    }
}
