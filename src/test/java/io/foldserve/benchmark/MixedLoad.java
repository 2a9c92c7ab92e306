package io.foldserve.benchmark;

import com.google.protobuf.ByteString;
import io.foldserve.protocol.proto.InferTensorContents;
import io.foldserve.protocol.proto.ModelInferRequest;
import io.foldserve.protocol.proto.ModelInferRequest.InferInputTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a service meets in a day, in turn: requests of every form, good and bad, and clients that go away. */
public final class MixedLoad {
    private static final Path MODELS = Path.of("models");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How a request is made. */
    private enum Kind {
        /** A picture, on a connection that is kept. */
        KEPT,
        /** On a new connection, which ends with it. */
        NEW,
        /** A picture in a form. */
        FORM,
        /** A picture as base64 in JSON. */
        JSON,
        /** A call of gRPC. */
        CALL,
        /** A picture whose mask is asked for as a PNG. */
        MASK,
        /** A picture that is cut off. */
        BROKEN,
        /** For a model that is not there. */
        NOWHERE,
        /** By a client that goes away inside its body. */
        VANISHED,
        /** By a client that goes away without reading its answer. */
        UNREAD
    }

    private final int port;
    private final byte[] digit = Files.readAllBytes(MODELS.resolve("digits/samples/digit-3.png"));
    private final byte[] scene = Files.readAllBytes(MODELS.resolve("digit-scenes/samples/scene-5-large.jpg"));
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpClient http2 =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();

    /** Of the service on {@code port} of this machine, which serves the bundled models. */
    public MixedLoad(int port) throws IOException, InterruptedException {
        this.port = port;
        // The connection becomes one of HTTP/2, which a call needs.
        http2.send(HttpRequest.newBuilder(uri("/q/health/live")).build(), BodyHandlers.discarding());
    }

    /** Sends {@code requests} from {@code clients} threads, and says how many answers came of each kind and status. */
    public Map<String, LongAdder> run(int clients, int requests) throws InterruptedException {
        answers.clear();
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            threads.add(new Thread(() -> {
                for (int turn = next.getAndIncrement(); turn < requests; turn = next.getAndIncrement()) {
                    send(Kind.values()[turn % Kind.values().length]);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return answers;
    }

    private void send(Kind kind) {
        String answer;
        try {
            answer = answer(kind);
        } catch (IOException failure) {
            answer = failure.toString();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return;
        }
        answers.computeIfAbsent(kind + " " + answer, absent -> new LongAdder()).increment();
    }

    private String answer(Kind kind) throws IOException, InterruptedException {
        return switch (kind) {
            case KEPT -> post("/v1/models/digits/predict", "image/png", digit);
            case FORM -> post("/v1/models/digits/predict", "multipart/form-data; boundary=b", form());
            case JSON -> post("/v1/models/digits/predict", "application/json", json());
            case MASK -> post("/v1/models/digit-scenes/predict?render=mask", "image/jpeg", scene);
            case BROKEN -> post("/v1/models/digits/predict", "image/png", Arrays.copyOf(digit, 40));
            case NOWHERE -> post("/v1/models/none/predict", "image/png", digit);
            case CALL -> call();
            case NEW -> overSocket(digit.length, true);
            case VANISHED -> overSocket(1_000_000, false);
            case UNREAD -> overSocket(digit.length, false);
        };
    }

    private String post(String path, String type, byte[] body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", type)
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return String.valueOf(http.send(request, BodyHandlers.ofByteArray()).statusCode());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private byte[] form() throws IOException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.write("--b\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        form.write(digit);
        form.write("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
        return form.toByteArray();
    }

    private byte[] json() {
        return "{\"image\": \"%s\"}"
                .formatted(Base64.getEncoder().encodeToString(digit))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private String call() throws IOException, InterruptedException {
        byte[] message = ModelInferRequest.newBuilder()
                .setModelName("digits")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("image")
                        .setDatatype("BYTES")
                        .addShape(1)
                        .setContents(InferTensorContents.newBuilder().addBytesContents(ByteString.copyFrom(digit))))
                .build()
                .toByteArray();
        byte[] frame = ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
        HttpRequest infer = HttpRequest.newBuilder(uri("/inference.GRPCInferenceService/ModelInfer"))
                .header("Content-Type", "application/grpc")
                .header("TE", "trailers")
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofByteArray(frame))
                .build();
        // An answer has its status behind its body, where this client does not look, and a refusal before it.
        return http2.send(infer, BodyHandlers.ofByteArray())
                .headers()
                .firstValue("grpc-status")
                .map(status -> "grpc-status " + status)
                .orElse("200");
    }

    /** Declares {@code length} bytes, sends the digit, and reads the answer's line or goes away. */
    private String overSocket(int length, boolean reads) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            String head = "POST /v1/models/digits/predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"
                    + "Connection: close\r\nContent-Length: %d\r\n\r\n".formatted(length);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(digit);
            return reads ? new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII) : "gone";
        }
    }
}
