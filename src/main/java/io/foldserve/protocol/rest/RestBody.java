package io.foldserve.protocol.rest;

import io.foldserve.http.IncomingBody;
import io.foldserve.protocol.Datatype;
import io.foldserve.protocol.InferCall;
import io.foldserve.protocol.InputTensor;
import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.TensorData;
import io.foldserve.task.InvalidRequestException;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** The body of an inference request: compressed or not, JSON alone, JSON before binary tensors, or one bare tensor. */
final class RestBody {
    /** The header that says how many bytes of the body are JSON; 0 for a bare tensor. */
    static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private static final int CHUNK = 1 << 16;

    private RestBody() {}

    /**
     * Undoes the body's compression.
     *
     * @param coding the {@code Content-Encoding}, empty for none
     * @param limit how many bytes the body may have in the end
     * @param memory is told how many bytes it grows by, and may refuse them
     * @throws InvalidRequestException if the body is not so compressed
     * @throws ClientErrorException 413 beyond the limit, 415 for another coding
     */
    static byte[] inflated(byte[] body, String coding, long limit, LongConsumer memory) {
        try {
            return switch (coding.toLowerCase(Locale.ROOT)) {
                case "", "identity" -> body;
                case "gzip" -> read(new GZIPInputStream(new ByteArrayInputStream(body)), limit, memory);
                case "deflate" -> read(new InflaterInputStream(new ByteArrayInputStream(body)), limit, memory);
                default ->
                    throw new ClientErrorException(
                            "Content-Encoding is '%s', expected gzip, deflate or none".formatted(coding),
                            Response.Status.UNSUPPORTED_MEDIA_TYPE);
            };
        } catch (IOException e) {
            throw new InvalidRequestException("the body is not %s, or ends too early".formatted(coding));
        }
    }

    private static byte[] read(InputStream stream, long limit, LongConsumer memory) throws IOException {
        ByteArrayOutputStream inflated = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        for (int length = stream.read(chunk); length >= 0; length = stream.read(chunk)) {
            if (inflated.size() + (long) length > limit) {
                throw IncomingBody.tooLarge(limit);
            }
            memory.accept(length);
            inflated.write(chunk, 0, length);
        }
        return inflated.toByteArray();
    }

    /**
     * Reads the request in {@code body}.
     *
     * @param jsonLength the header {@link #JSON_LENGTH}, if there is one
     * @throws InvalidRequestException if the body is not what header and JSON say
     */
    static InferCall call(ModelDescription model, byte[] body, Optional<String> jsonLength) {
        int length = jsonLength.map(header -> length(header, body.length)).orElse(body.length);
        return length == 0 && jsonLength.isPresent() ? bare(model, body) : CallReader.read(body, length);
    }

    private static int length(String header, int bytes) {
        try {
            int length = Integer.parseInt(header.strip());
            if (length >= 0 && length <= bytes) {
                return length;
            }
        } catch (NumberFormatException none) {
            // Said below.
        }
        throw new InvalidRequestException(
                "%s is '%s', expected 0 to the %d bytes of the body".formatted(JSON_LENGTH, header, bytes));
    }

    /** The whole body is the model's input; how many pictures there are follows from its size. */
    private static InferCall bare(ModelDescription model, byte[] body) {
        List<Long> shape = new ArrayList<>(model.input().shape());
        long picture = shape.subList(1, shape.size()).stream().reduce((long) Float.BYTES, (a, b) -> a * b);
        if (body.length == 0 || body.length % picture != 0) {
            throw new InvalidRequestException(
                    "the body without JSON has %d bytes, expected FP32 %s, a multiple of %d bytes"
                            .formatted(body.length, model.input().shape(), picture));
        }
        shape.set(0, body.length / picture);
        ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        InputTensor input = new InputTensor(model.input().name(), Datatype.FP32, shape, new TensorData.Fixed(bytes));
        return new InferCall(Optional.empty(), Optional.empty(), Optional.empty(), List.of(input), List.of(), true);
    }
}
