package io.foldserve.benchmark;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Posts one picture over and over, each client on a connection that is kept, with as little work of its own as plain
 * sockets need: it shares the cores with what it measures.
 */
final class LoadGenerator {
    private final URI uri;
    private final byte[] request;

    /** Will post {@code body}, asking for {@code accept}. */
    LoadGenerator(URI uri, String contentType, String accept, byte[] body) {
        this.uri = uri;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nAccept: %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(uri.getRawPath(), uri.getAuthority(), contentType, accept, body.length)
                .getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(body);
        request = bytes.toByteArray();
    }

    /** Posts from {@code clients} threads for {@code seconds}; every answer must be a success. Latencies in ns. */
    long[] run(int clients, double seconds) throws Exception {
        return run(clients, seconds, 0);
    }

    /** The same, but that each client rests for {@code restMillis} after every answer. */
    long[] run(int clients, double seconds, int restMillis) throws Exception {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            var runs = IntStream.range(0, clients)
                    .mapToObj(client -> threads.submit(() -> post(end, restMillis)))
                    .toList();
            long[] all = {};
            for (Future<long[]> run : runs) {
                all = joined(all, run.get());
            }
            return all;
        } finally {
            threads.shutdown();
        }
    }

    /** All latencies of two runs. */
    static long[] joined(long[] some, long[] more) {
        long[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    private long[] post(long end, int restMillis) throws IOException, InterruptedException {
        long[] nanos = new long[1024];
        int count = 0;
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setTcpNoDelay(true);
            byte[] answer = new byte[1 << 20];
            for (long start = System.nanoTime(); start < end; ) {
                socket.getOutputStream().write(request);
                receive(socket.getInputStream(), answer);
                long now = System.nanoTime();
                if (count == nanos.length) {
                    nanos = Arrays.copyOf(nanos, 2 * count);
                }
                nanos[count++] = now - start;
                start = restMillis > 0 ? rested(restMillis) : now;
            }
        }
        return Arrays.copyOf(nanos, count);
    }

    /** When the next request begins. */
    private static long rested(int millis) throws InterruptedException {
        Thread.sleep(millis);
        return System.nanoTime();
    }

    /** Reads one answer, which must say its length and fit into {@code answer}. */
    private static void receive(InputStream in, byte[] answer) throws IOException {
        int length = 0;
        int whole = Integer.MAX_VALUE;
        while (length < whole) {
            int read = in.read(answer, length, answer.length - length);
            if (read <= 0) {
                throw new EOFException("the answer ends after " + length + " bytes");
            }
            length += read;
            if (whole == Integer.MAX_VALUE) {
                whole = wholeLength(new String(answer, 0, length, StandardCharsets.ISO_8859_1));
            }
        }
    }

    /** Of head and body; as large as can be while the head has not arrived. */
    private static int wholeLength(String received) throws IOException {
        int body = received.indexOf("\r\n\r\n") + 4;
        if (body < 4) {
            return Integer.MAX_VALUE;
        }
        String head = received.substring(0, body).toLowerCase(Locale.ROOT);
        int field = head.indexOf("\r\ncontent-length:");
        if (!head.startsWith("http/1.1 200") || field < 0) {
            throw new IOException("expected 200 and a length, found " + received);
        }
        int value = field + "\r\ncontent-length:".length();
        return body
                + Integer.parseInt(
                        head.substring(value, head.indexOf('\r', value)).strip());
    }
}
