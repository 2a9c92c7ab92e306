package io.foldserve.protocol.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Speaks as tritonclient's HTTP client does: tensors behind the JSON with their sizes, the JSON's length in a header,
 * all outputs asked for in binary when none are listed, and bodies compressed by gzip or deflate if wanted.
 */
final class TritonDialect {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String service;

    TritonDialect(String service) {
        this.service = service;
    }

    /** An answer: its status, its JSON, and the bytes behind it. */
    record Answer(int status, JsonNode json, ByteBuffer binary) {
        float[] floats() {
            float[] values = new float[binary.remaining() / Float.BYTES];
            binary.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            return values;
        }
    }

    static byte[] bytesTensor(byte[]... elements) {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        for (byte[] element : elements) {
            tensor.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(element.length)
                    .array());
            tensor.writeBytes(element);
        }
        return tensor.toByteArray();
    }

    static String header(String datatype, String shape, int size) {
        return """
                {"inputs":[{"name":"image","datatype":"%s","shape":%s,"parameters":{"binary_data_size":%d}}],\
                "parameters":{"binary_data_output":true}}""".formatted(datatype, shape, size);
    }

    Answer infer(String model, String datatype, String shape, byte[] tensor, String coding)
            throws IOException, InterruptedException {
        return infer(model, header(datatype, shape, tensor.length), tensor, coding);
    }

    Answer infer(String model, String json, byte[] tail, String coding) throws IOException, InterruptedException {
        byte[] head = json.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head);
        body.writeBytes(tail);
        return send(
                "/v2/models/" + model + "/infer",
                compressed(body.toByteArray(), coding),
                Map.of("Inference-Header-Content-Length", String.valueOf(head.length)),
                coding);
    }

    Answer send(String path, byte[] body, Map<String, String> headers, String coding)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(service + path)).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        if (!coding.isEmpty()) {
            request.header("Content-Encoding", coding);
        }
        HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        Optional<String> length = response.headers().firstValue("Inference-Header-Content-Length");
        int jsonLength = length.map(Integer::parseInt).orElse(response.body().length);
        JsonNode json = JSON.readTree(response.body(), 0, jsonLength);
        ByteBuffer binary = ByteBuffer.wrap(response.body(), jsonLength, response.body().length - jsonLength);
        return new Answer(response.statusCode(), json, binary.slice());
    }

    static byte[] compressed(byte[] body, String coding) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream stream = coding.equals("gzip")
                ? new GZIPOutputStream(compressed)
                : coding.equals("deflate") ? new DeflaterOutputStream(compressed) : compressed) {
            stream.write(body);
        }
        return compressed.toByteArray();
    }
}
