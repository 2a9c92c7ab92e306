package io.foldserve.protocol.grpc;

import io.foldserve.serving.request.Refusal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Every failure as a gRPC status with its sentence, as far as a trailer holds it; what is not the client's fault is
 * logged, never shown.
 */
final class GrpcErrors {
    private static final Logger LOG = Logger.getLogger(GrpcErrors.class);

    private GrpcErrors() {}

    static StatusRuntimeException of(Throwable failure) {
        Refusal refusal = Refusal.of(failure);
        if (refusal.cause() instanceof StatusRuntimeException own) {
            String sentence = own.getStatus().getDescription();
            return sentence == null ? own : described(own.getStatus(), sentence);
        }
        if (refusal.reason() == Refusal.Reason.INTERNAL) {
            String reference = UUID.randomUUID().toString();
            LOG.errorf(refusal.cause(), "internal error %s", reference);
            return Status.INTERNAL
                    .withDescription("internal error; the service's log has it under " + reference)
                    .asRuntimeException();
        }
        return described(status(refusal.reason()), refusal.sentence());
    }

    private static StatusRuntimeException described(Status status, String sentence) {
        return status.withDescription(TrailerText.of(sentence)).asRuntimeException();
    }

    private static Status status(Refusal.Reason reason) {
        return switch (reason) {
            case INVALID, TOO_LARGE, UNSUPPORTED, UNANSWERABLE -> Status.INVALID_ARGUMENT;
            case UNKNOWN_NAME -> Status.NOT_FOUND;
            case UNLOADABLE -> Status.FAILED_PRECONDITION;
            case BUSY -> Status.ABORTED;
            case OVERLOADED -> Status.RESOURCE_EXHAUSTED;
            case DEADLINE -> Status.DEADLINE_EXCEEDED;
            case CANCELLED -> Status.CANCELLED;
            case UNAVAILABLE -> Status.UNAVAILABLE;
            case INTERNAL -> Status.INTERNAL;
        };
    }
}
