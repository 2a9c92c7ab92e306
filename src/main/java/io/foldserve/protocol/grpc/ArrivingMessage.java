package io.foldserve.protocol.grpc;

import io.foldserve.http.StreamBounds;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.request.HeapBytes;
import io.foldserve.serving.request.HeldMemory;
import io.foldserve.serving.request.PredictionService;
import io.foldserve.serving.request.Refusal;
import io.grpc.Status;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/**
 * What arrives of one call, let in piece by piece as there is memory for it. A call that finds none, or does not arrive
 * in time, is refused, and the rest of it is dropped.
 *
 * <p>Belongs to the exchange's event loop, on which every handler runs.
 */
final class ArrivingMessage {
    /** How much is let in at a time: as many frames of HTTP/2 as a client may send without leave. */
    private static final int FRAMES = 4;

    /** Is let in without: a question for the service's health has an answer also where memory is short. */
    private static final int FREE_FRAMES = 2;

    private static final long STEP = FRAMES * (long) StreamBounds.LARGEST_FRAME;

    /**
     * With each frame the framework copies what it has twice, once to grow and once to leave out what is read, and at
     * the end the message out of it.
     */
    private static final int COPIES = 4;

    private static final long TICK_MILLIS = 2;

    /** Of a call of which nothing comes: many may be open. */
    private static final long LONGEST_TICK_MILLIS = 128;

    /** RFC 9113, section 7. */
    private static final long CANCEL = 8;

    /** Why a call is refused, and how it is counted. */
    private record Problem(Status status, Outcome outcome) {}

    private final RoutingContext exchange;
    private final HttpServerRequest request;
    private final PredictionService predictions;
    private final HeldMemory memory;
    private final Duration deadline;
    private final long begun = System.nanoTime();

    /** How many bytes there is room for. */
    private long room;

    /** How many bytes had come when it was looked last. */
    private long seen;

    private long timer;

    ArrivingMessage(RoutingContext exchange, PredictionService predictions, Duration deadline) {
        this.exchange = exchange;
        this.request = exchange.request();
        this.predictions = predictions;
        this.memory = predictions.arrivals();
        this.deadline = deadline;
    }

    /** Hands the call on with its first piece. */
    void begin() {
        request.pause().fetch(whyNoRoom(STEP).isEmpty() ? FRAMES : FREE_FRAMES);
        exchange.addEndHandler(end -> over());
        lookAgain(TICK_MILLIS);
        exchange.next();
    }

    private void lookAgain(long millis) {
        timer = exchange.vertx().setTimer(millis, fired -> letIn(millis));
    }

    private void letIn(long waited) {
        if (request.isEnded() && !isStreamed()) {
            // What is left of the message is now counted by the call itself.
            over();
            return;
        }
        long arrived = request.bytesRead();
        Optional<Problem> problem = whyTooLate().or(() -> whyNoRoom(arrived + STEP));
        if (problem.isPresent()) {
            over();
            refuse(problem.get());
            return;
        }
        // Not what was let in before and has not come yet.
        request.pause().fetch(FRAMES);
        lookAgain(arrived > seen ? TICK_MILLIS : Math.min(2 * waited, LONGEST_TICK_MILLIS));
        seen = arrived;
    }

    private Optional<Problem> whyTooLate() {
        String what = isStreamed() ? "the conversation did not end" : "the message did not arrive";
        return System.nanoTime() - begun > deadline.toNanos()
                ? Optional.of(new Problem(
                        Status.DEADLINE_EXCEEDED.withDescription(
                                "%s within %d ms".formatted(what, deadline.toMillis())),
                        Outcome.REFUSED))
                : Optional.empty();
    }

    /**
     * Whether the call is a conversation, as that with the service which describes the others. One whose message is
     * damaged is not ended by the framework either.
     */
    private boolean isStreamed() {
        return request.path().startsWith("/grpc.reflection.");
    }

    private Optional<Problem> whyNoRoom(long bytes) {
        if (bytes <= room) {
            return Optional.empty();
        }
        try {
            memory.hold(COPIES * (HeapBytes.of(bytes) - HeapBytes.of(room)));
            room = bytes;
            return Optional.empty();
        } catch (RuntimeException full) {
            return Optional.of(new Problem(
                    GrpcErrors.of(full).getStatus(), Refusal.of(full).outcome()));
        }
    }

    private void over() {
        exchange.vertx().cancelTimer(timer);
        memory.exchangeOver();
    }

    /** The framework hears no more of the call; what still comes is dropped until the exchange is ended. */
    private void refuse(Problem problem) {
        request.handler(dropped -> {}).endHandler(end -> {}).resume();
        predictions.refused("", problem.outcome());
        if (exchange.response().headWritten()) {
            exchange.response().reset(CANCEL);
        } else {
            TrailersOnly.refuse(
                    exchange,
                    problem.status().getCode(),
                    String.valueOf(problem.status().getDescription()));
        }
    }
}
