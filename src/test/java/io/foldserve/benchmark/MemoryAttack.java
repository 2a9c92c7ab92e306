package io.foldserve.benchmark;

import com.google.protobuf.ByteString;
import io.foldserve.protocol.proto.ModelInferRequest;
import io.foldserve.protocol.proto.ModelInferRequest.InferInputTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Legal requests that together ask for more memory than there is, sent to a service on this machine for a bounded time,
 * and honest ones in between: {@code MemoryAttack PORT KIND CLIENTS SECONDS}. Prints how many answers of each status
 * came; {@code lost} are connections that ended without one.
 */
public final class MemoryAttack {
    private static final int PADDED_BYTES = 10_000_000;
    private static final int LONGEST_SECONDS = 60;
    private static final int MOST_CLIENTS = 100;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int CHUNK = 65_536;
    private static final String HONEST = "honest ";
    private static final String RESOURCE_EXHAUSTED = "8";

    /** How the pictures are sent. */
    public enum Kind {
        /** A small picture padded to 10 MB. */
        PADDED,
        /** The same in a multipart form. */
        FORM,
        /** The same as base64 in JSON. */
        JSON,
        /** The same in chunks, without a length. */
        CHUNKED,
        /** The same under HTTP/2, each client on a connection of its own. */
        HTTP2,
        /** The same in a message of gRPC, each client on a connection of its own. */
        GRPC,
        /** A JPEG of four components. */
        CMYK,
        /** The same in several scans. */
        PROGRESSIVE,
        /** An interlaced PNG. */
        INTERLACED
    }

    private final int port;
    private final long end;
    // Of a connection that several share, Java's client loses what it may still send with each stream that is refused.
    private final ThreadLocal<HttpClient> own = ThreadLocal.withInitial(MemoryAttack::http2);
    private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();

    private MemoryAttack(int port, Duration length) {
        this.port = port;
        this.end = System.nanoTime() + length.toNanos();
    }

    private static HttpClient http2() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    }

    /** Runs one attack with pictures of 25 megapixels. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Kind kind = Kind.valueOf(args[1]);
        int clients = Math.min(MOST_CLIENTS, Integer.parseInt(args[2]));
        Duration length = Duration.ofSeconds(Math.min(LONGEST_SECONDS, Integer.parseInt(args[3])));
        System.out.printf(
                "%s, %d clients, %d s: %s%n",
                kind, clients, length.toSeconds(), run(Integer.parseInt(args[0]), kind, 5_000, clients, length));
    }

    /**
     * Attacks the service on {@code port}.
     *
     * @param side of the large pictures, in pixels
     * @return how many answers of each status came, those to honest requests under {@code honest }
     */
    public static Map<String, LongAdder> run(int port, Kind kind, int side, int clients, Duration length)
            throws IOException, InterruptedException {
        byte[] body = body(kind, side);
        MemoryAttack attack = new MemoryAttack(port, length);
        byte[] honest = Files.readAllBytes(Path.of("models", "digits", "samples", "digit-3.png"));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            threads.add(new Thread(() -> attack.repeat("", 0, () -> attack.once(kind, body))));
        }
        threads.add(new Thread(() -> attack.repeat(HONEST, 50, () -> attack.once(Kind.INTERLACED, honest))));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return attack.answers;
    }

    private void repeat(String prefix, int pauseMillis, Callable<String> request) {
        while (System.nanoTime() < end) {
            String answer;
            try {
                answer = request.call();
                Thread.sleep(pauseMillis);
            } catch (InterruptedException stopped) {
                return;
            } catch (Exception failure) {
                answer = prefix.isEmpty() ? "lost" : "lost: " + failure.getMessage();
            }
            answers.computeIfAbsent(prefix + answer, absent -> new LongAdder()).increment();
        }
    }

    private String once(Kind kind, byte[] body) throws IOException, InterruptedException {
        return switch (kind) {
            case HTTP2 -> overHttp2(body);
            case GRPC -> overGrpc(body);
            default -> overSocket(kind, body);
        };
    }

    private String overGrpc(byte[] message) throws IOException, InterruptedException {
        URI root = URI.create("http://127.0.0.1:" + port);
        own.get().send(HttpRequest.newBuilder(root.resolve("/q/health/live")).build(), BodyHandlers.discarding());
        HttpRequest infer = HttpRequest.newBuilder(root.resolve("/inference.GRPCInferenceService/ModelInfer"))
                .header("Content-Type", "application/grpc")
                .header("TE", "trailers")
                .timeout(Duration.ofMillis(PATIENCE_MILLIS))
                .POST(HttpRequest.BodyPublishers.ofByteArray(message))
                .build();
        // An answer has its status behind its body, where this client does not look, and a refusal before it.
        return own.get()
                .send(infer, BodyHandlers.discarding())
                .headers()
                .firstValue("grpc-status")
                .map(status -> status.equals(RESOURCE_EXHAUSTED) ? "429" : "grpc-status " + status)
                .orElse("200");
    }

    private String overHttp2(byte[] body) throws IOException, InterruptedException {
        URI root = URI.create("http://127.0.0.1:" + port);
        own.get().send(HttpRequest.newBuilder(root.resolve("/q/health/live")).build(), BodyHandlers.discarding());
        HttpRequest predict = HttpRequest.newBuilder(root.resolve("/v1/models/digits/predict"))
                .timeout(Duration.ofMillis(PATIENCE_MILLIS))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return String.valueOf(own.get().send(predict, BodyHandlers.discarding()).statusCode());
    }

    private String overSocket(Kind kind, byte[] body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(head(kind, body.length).getBytes(StandardCharsets.US_ASCII));
            if (kind == Kind.CHUNKED) {
                for (int at = 0; at < body.length; at += CHUNK) {
                    int length = Math.min(CHUNK, body.length - at);
                    socket.getOutputStream().write("%x\r\n".formatted(length).getBytes(StandardCharsets.US_ASCII));
                    socket.getOutputStream().write(body, at, length);
                    socket.getOutputStream().write(new byte[] {'\r', '\n'});
                }
                socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } else {
                socket.getOutputStream().write(body);
            }
            socket.getOutputStream().flush();
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return line.length() == 12 ? line.substring(9) : "lost";
        }
    }

    private static String head(Kind kind, int length) {
        String type =
                switch (kind) {
                    case FORM -> "multipart/form-data; boundary=b";
                    case JSON -> "application/json";
                    default -> "application/octet-stream";
                };
        String framing = kind == Kind.CHUNKED ? "Transfer-Encoding: chunked" : "Content-Length: " + length;
        return String.join(
                "\r\n",
                "POST /v1/models/digits/predict HTTP/1.1",
                "Host: x",
                "Content-Type: " + type,
                "Connection: close",
                framing,
                "",
                "");
    }

    private static byte[] body(Kind kind, int side) throws IOException {
        return switch (kind) {
            case CMYK -> HostilePictures.cmyk(side, false);
            case PROGRESSIVE -> HostilePictures.cmyk(side, true);
            case INTERLACED -> HostilePictures.interlaced(side);
            case FORM -> form(HostilePictures.padded(PADDED_BYTES));
            case JSON -> json(HostilePictures.padded(PADDED_BYTES / 4 * 3));
            case GRPC -> message(HostilePictures.padded(PADDED_BYTES));
            case PADDED, CHUNKED, HTTP2 -> HostilePictures.padded(PADDED_BYTES);
        };
    }

    private static byte[] message(byte[] picture) {
        ByteString element = ByteString.copyFrom(ByteBuffer.allocate(4 + picture.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(picture.length)
                .put(picture)
                .flip());
        InferInputTensor image = InferInputTensor.newBuilder()
                .setName("image")
                .setDatatype("BYTES")
                .addShape(1)
                .build();
        byte[] message = ModelInferRequest.newBuilder()
                .setModelName("digits")
                .addInputs(image)
                .addRawInputContents(element)
                .build()
                .toByteArray();
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private static byte[] form(byte[] picture) throws IOException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.write("--b\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        form.write(picture);
        form.write("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
        return form.toByteArray();
    }

    private static byte[] json(byte[] picture) {
        String base64 = Base64.getEncoder().encodeToString(picture);
        return "{\"image\": \"%s\"}".formatted(base64).getBytes(StandardCharsets.US_ASCII);
    }
}
