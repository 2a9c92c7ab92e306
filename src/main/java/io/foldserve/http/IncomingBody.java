package io.foldserve.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
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
    private final LongConsumer memory;
    private final long limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

    private IncomingBody(LongConsumer memory, long limit) {
        this.memory = memory;
        this.limit = limit;
    }

    /**
     * The body of {@code exchange}'s request.
     *
     * @param memory is told how many bytes arrive, and may refuse them
     * @param limit how many bytes are read at most
     * @param patience how long the body may take to arrive
     * @return fails with a {@link ClientErrorException} 413 or 408, with the memory's refusal, or with a
     *     {@link CancellationException} if the client goes away
     */
    public static CompletionStage<byte[]> read(
            RoutingContext exchange, LongConsumer memory, long limit, Duration patience) {
        IncomingBody body = new IncomingBody(memory, limit);
        long timer = exchange.vertx().setTimer(patience.toMillis(), elapsed -> body.tooSlow(patience));
        if (expectsContinue(exchange.request())) {
            exchange.response().writeContinue();
        }
        exchange.request()
                .exceptionHandler(failure -> body.cancel())
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

    /** Whether the client waits for leave to send the body (RFC 9110, section 10.1.1); HTTP/1.0 has no such leave. */
    private static boolean expectsContinue(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_1_0
                && "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    }

    private void arrived(Buffer part) {
        if (whole.isDone()) {
            return;
        }
        if (bytes.size() + (long) part.length() > limit) {
            whole.completeExceptionally(tooLarge(limit));
            return;
        }
        try {
            memory.accept(part.length());
            bytes.writeBytes(part.getBytes());
        } catch (RuntimeException refusal) {
            whole.completeExceptionally(refusal);
        }
    }

    private void end() {
        if (!whole.isDone()) {
            whole.complete(bytes.toByteArray());
        }
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
