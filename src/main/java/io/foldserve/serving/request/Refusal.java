package io.foldserve.serving.request;

import io.foldserve.problem.Problems;
import io.foldserve.serving.catalogue.NotLoadedException;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.parity.ParityBusyException;
import io.foldserve.serving.store.StoreException;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.NotFiniteException;
import io.foldserve.task.image.ImageTooLargeException;
import io.foldserve.task.image.InvalidImageException;
import io.foldserve.task.image.UnsupportedImageException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/**
 * Why a request is not answered. This is the only place where a failure is classified: the meters ask for the outcome,
 * a protocol translates the reason.
 *
 * <p>The reasons are closed, so that a protocol's translation is complete by the compiler's word.
 *
 * @param reason which kind of refusal this is
 * @param sentence what the client is told
 * @param retryAfter when it is worth trying again, if that is known
 * @param cause what failed, without the wrapping of a completion stage
 */
public record Refusal(Reason reason, String sentence, Optional<Duration> retryAfter, Throwable cause) {

    /** The kinds of refusal, each with the outcome that it is counted as. */
    public enum Reason {
        /** The request asks for what cannot be given, or its picture is damaged. */
        INVALID(Outcome.REFUSED),
        /** There is no such model or variant. */
        UNKNOWN_NAME(Outcome.REFUSED),
        /** The picture has more pixels than are decoded, or the request takes more memory than there is for any. */
        TOO_LARGE(Outcome.REFUSED),
        /** The picture is of a kind that is not read. */
        UNSUPPORTED(Outcome.REFUSED),
        /** The network's answer to the picture is not finite. */
        UNANSWERABLE(Outcome.REFUSED),
        /** The queue, or the memory for requests, is full. */
        OVERLOADED(Outcome.OVERLOADED),
        /** The deadline passed. */
        DEADLINE(Outcome.DEADLINE),
        /** The client went away. */
        CANCELLED(Outcome.CANCELLED),
        /** The model is not served now, or the service is stopping. */
        UNAVAILABLE(Outcome.UNAVAILABLE),
        /** What is in the model's folder cannot be served. */
        UNLOADABLE(Outcome.REFUSED),
        /** The same is being done already. */
        BUSY(Outcome.REFUSED),
        /** The service is at fault. */
        INTERNAL(Outcome.ERROR);

        private final Outcome outcome;

        Reason(Outcome outcome) {
            this.outcome = outcome;
        }
    }

    private record Kind(Class<? extends Throwable> failure, Reason reason) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(InvalidRequestException.class, Reason.INVALID),
            new Kind(InvalidImageException.class, Reason.INVALID),
            new Kind(UnknownNameException.class, Reason.UNKNOWN_NAME),
            new Kind(ImageTooLargeException.class, Reason.TOO_LARGE),
            new Kind(RequestTooLargeException.class, Reason.TOO_LARGE),
            new Kind(UnsupportedImageException.class, Reason.UNSUPPORTED),
            new Kind(NotFiniteException.class, Reason.UNANSWERABLE),
            new Kind(QueueFullException.class, Reason.OVERLOADED),
            new Kind(DeadlineExceededException.class, Reason.DEADLINE),
            new Kind(CancellationException.class, Reason.CANCELLED),
            new Kind(NotLoadedException.class, Reason.UNLOADABLE),
            new Kind(ParityBusyException.class, Reason.BUSY),
            new Kind(NotReadyException.class, Reason.UNAVAILABLE),
            new Kind(StoreException.class, Reason.UNAVAILABLE),
            new Kind(OutOfMemoryError.class, Reason.UNAVAILABLE));

    /** Where the budget was not enough all the same. */
    private static final String MEMORY = "memory is short; try again in 1 s";

    /** Classifies {@code failure}, or what it wraps if a completion stage wrapped it. */
    public static Refusal of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        Reason reason = reason(cause);
        String sentence = reason == Reason.INTERNAL ? "internal error" : told(cause, reason);
        if (cause instanceof OutOfMemoryError) {
            return new Refusal(reason, MEMORY, Optional.of(Duration.ofSeconds(1)), cause);
        }
        Optional<Duration> retryAfter =
                cause instanceof QueueFullException full ? Optional.of(full.retryAfter()) : Optional.empty();
        return new Refusal(reason, sentence, retryAfter, cause);
    }

    /** What a client sent is quoted up to a bound; a model's problems are bounded already. */
    private static String told(Throwable cause, Reason reason) {
        String message = Objects.requireNonNullElse(cause.getMessage(), "the request was not answered");
        return reason == Reason.UNLOADABLE ? message : Problems.shortened(message);
    }

    /** How the refused request is counted. */
    public Outcome outcome() {
        return reason.outcome;
    }

    private static Reason reason(Throwable cause) {
        return KINDS.stream()
                .filter(kind -> kind.failure().isInstance(cause))
                .map(Kind::reason)
                .findFirst()
                .orElse(Reason.INTERNAL);
    }
}
