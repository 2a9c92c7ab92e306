package io.foldserve.http;

import io.foldserve.serving.request.HeapBytes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/**
 * Reads the body of one admitted request, within its limits of bytes, memory and time. What arrives after one of them
 * is crossed is dropped, while the refusal is on its way.
 *
 * <p>Belongs to the exchange's event loop, on which every handler runs.
 */
public final class IncomingBody {
    /** What the exchange and the part that is arriving hold beside the body. */
    private static final long EXCHANGE_BYTES = 64 * 1024;

    /** Where a body of unknown length begins to grow: with its head a power of two, and so every doubling of it. */
    private static final int FIRST_CAPACITY = 16 * 1024 - HeapBytes.HEAD;

    private static final byte[] NONE = {};

    /**
     * Where the body's memory is counted.
     *
     * @param hold counts bytes, and may refuse them
     * @param release counts bytes no more
     */
    public record Room(LongConsumer hold, LongConsumer release) {}

    private final Room room;
    private final long limit;
    private final int copies;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private byte[] bytes = NONE;
    private int length;

    /** How many bytes there is room for. */
    private int capacity;

    private IncomingBody(Room room, long limit, int copies) {
        this.room = room;
        this.limit = limit;
        this.copies = copies;
    }

    /**
     * The body of {@code exchange}'s request.
     *
     * @param room makes room for the body, as the head declares it, else as it arrives; may refuse
     * @param limit how many bytes are read at most
     * @param copies how often the body's bytes are held until it is decoded, this reader's included
     * @param patience how long the body may take to arrive
     * @return fails with a {@link ClientErrorException} 413 or 408, with the memory's refusal, or with a
     *     {@link CancellationException} if the client goes away
     */
    public static CompletionStage<byte[]> read(
            RoutingContext exchange, Room room, long limit, int copies, Duration patience) {
        IncomingBody body = new IncomingBody(room, limit, copies);
        HttpServerRequest request = exchange.request();
        body.begin(Math.min(limit, UploadLimits.declaredLength(request).orElse(FIRST_CAPACITY)));
        long timer = exchange.vertx().setTimer(patience.toMillis(), elapsed -> body.tooSlow(patience));
        if (expectsContinue(request) && !body.whole.isDone()) {
            exchange.response().writeContinue();
        }
        request.exceptionHandler(failure -> body.cancel())
                .endHandler(end -> body.end())
                .handler(body::arrived)
                .resume();
        exchange.addEndHandler(end -> body.cancel());
        return body.whole.whenComplete((read, failure) -> exchange.vertx().cancelTimer(timer));
    }

    /** The refusal of a body over {@code limit} bytes: status 413. */
    public static ClientErrorException tooLarge(long limit) {
        return UploadLimits.tooLarge(limit);
    }

    private void begin(long expected) {
        try {
            room.hold().accept(EXCHANGE_BYTES + HeapBytes.of(expected) * copies);
            capacity = (int) expected;
        } catch (RuntimeException refusal) {
            fail(refusal);
        }
    }

    /** Whether the client waits for leave to send the body (RFC 9110, section 10.1.1); HTTP/1.0 has no such leave. */
    private static boolean expectsContinue(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_1_0
                && "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    }

    private void arrived(Buffer part) {
        if (whole.isDone()) {
            return;
        }
        if (length + (long) part.length() > limit) {
            fail(UploadLimits.tooLarge(limit));
            return;
        }
        try {
            expect(length + part.length());
            part.getBytes(bytes, length);
            length += part.length();
        } catch (RuntimeException | OutOfMemoryError refusal) {
            fail(refusal);
        }
    }

    /** Sees to it that {@code size} bytes have room. */
    private void expect(int size) {
        if (size > capacity) {
            resize((int) Math.min(limit, Math.max(size, 2L * capacity + HeapBytes.HEAD)));
        } else if (bytes.length < capacity) {
            bytes = new byte[capacity];
        }
    }

    private void resize(int size) {
        room.hold().accept(HeapBytes.of(size) * copies);
        bytes = Arrays.copyOf(bytes, size);
        room.release().accept(HeapBytes.of(capacity) * copies);
        capacity = size;
    }

    private void end() {
        if (whole.isDone()) {
            return;
        }
        try {
            if (length < bytes.length) {
                resize(length);
            }
            whole.complete(bytes);
        } catch (RuntimeException | OutOfMemoryError refusal) {
            fail(refusal);
        }
    }

    private void fail(Throwable refusal) {
        bytes = NONE;
        whole.completeExceptionally(refusal);
    }

    private void tooSlow(Duration patience) {
        whole.completeExceptionally(new ClientErrorException(
                "the body did not arrive within %d ms".formatted(patience.toMillis()),
                Response.Status.REQUEST_TIMEOUT));
    }

    private void cancel() {
        if (!whole.isDone()) {
            whole.completeExceptionally(new CancellationException("the client went away"));
        }
    }
}
