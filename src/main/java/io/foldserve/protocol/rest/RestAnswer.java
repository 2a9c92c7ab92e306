package io.foldserve.protocol.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.foldserve.protocol.AnswerParameters;
import io.foldserve.protocol.Datatype;
import io.foldserve.protocol.InferCall;
import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.OutputTensor;
import io.foldserve.protocol.TensorData;
import io.foldserve.serving.request.Inference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The body of an inference's answer: JSON, and the binary tensors behind it. */
final class RestAnswer {
    private static final JsonFactory JSON = new JsonFactory();

    private final byte[] bytes;
    private final OptionalInt jsonLength;

    private RestAnswer(byte[] bytes, OptionalInt jsonLength) {
        this.bytes = bytes;
        this.jsonLength = jsonLength;
    }

    /** All bytes. */
    byte[] bytes() {
        return bytes;
    }

    /** How many of the bytes are JSON; empty if all are. */
    OptionalInt jsonLength() {
        return jsonLength;
    }

    /** The answer of the model called {@code name} to {@code call}. */
    static RestAnswer of(String name, Inference inference, InferCall call, List<OutputTensor> outputs) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            try (JsonGenerator json = JSON.createGenerator(body)) {
                json.writeStartObject();
                json.writeStringField("model_name", name);
                json.writeStringField("model_version", ModelDescription.VERSION);
                if (call.id().isPresent()) {
                    json.writeStringField("id", call.id().get());
                }
                json.writeObjectFieldStart("parameters");
                for (Map.Entry<String, String> parameter :
                        AnswerParameters.of(inference).entrySet()) {
                    json.writeStringField(parameter.getKey(), parameter.getValue());
                }
                json.writeEndObject();
                json.writeArrayFieldStart("outputs");
                for (OutputTensor output : outputs) {
                    write(json, output);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            return completed(body, outputs.stream().filter(OutputTensor::binary).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RestAnswer completed(ByteArrayOutputStream body, List<OutputTensor> binary) {
        if (binary.isEmpty()) {
            return new RestAnswer(body.toByteArray(), OptionalInt.empty());
        }
        int jsonLength = body.size();
        binary.forEach(output -> body.writeBytes(output.data().block()));
        return new RestAnswer(body.toByteArray(), OptionalInt.of(jsonLength));
    }

    private static void write(JsonGenerator json, OutputTensor output) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", output.name());
        json.writeStringField("datatype", output.datatype().name());
        json.writeArrayFieldStart("shape");
        for (long extent : output.shape()) {
            json.writeNumber(extent);
        }
        json.writeEndArray();
        if (output.binary()) {
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("binary_data_size", output.data().block().length);
            json.writeEndObject();
        } else {
            json.writeArrayFieldStart("data");
            writeElements(json, output);
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void writeElements(JsonGenerator json, OutputTensor output) throws IOException {
        if (output.data() instanceof TensorData.Elements any) {
            for (byte[] element : any.elements()) {
                json.writeString(new String(element, StandardCharsets.UTF_8));
            }
            return;
        }
        ByteBuffer block = ByteBuffer.wrap(output.data().block()).order(ByteOrder.LITTLE_ENDIAN);
        while (block.hasRemaining()) {
            if (output.datatype() == Datatype.FP32) {
                json.writeNumber(block.getFloat());
            } else {
                json.writeNumber(block.getInt());
            }
        }
    }
}
