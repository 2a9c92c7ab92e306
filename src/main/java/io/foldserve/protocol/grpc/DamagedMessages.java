package io.foldserve.protocol.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;

/**
 * Tells a client whose message could not be read so. The framework leaves such a message out, and ends the call as if
 * the service had failed. Thread-safe.
 */
@ApplicationScoped
@GlobalInterceptor
class DamagedMessages implements ServerInterceptor {
    /** What gRPC's library says of the calls of one message, and what the client is told. */
    private static final Map<String, String> SENTENCES = Map.of(
            "Half-closed without a request",
            "the call has no message of its method's type: it is missing, cut off, wrongly compressed or no protobuf",
            "Too many requests",
            "the call has more than one message, expected one");

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return next.startCall(
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        super.close(explained(status), trailers);
                    }
                },
                headers);
    }

    private static Status explained(Status status) {
        String sentence = SENTENCES.get(String.valueOf(status.getDescription()));
        if (status.getCode() != Status.Code.INTERNAL || sentence == null) {
            return status;
        }
        Optional<String> tooLarge = BoundedMessages.refused();
        return tooLarge.isPresent()
                ? Status.RESOURCE_EXHAUSTED.withDescription(tooLarge.get())
                : Status.INVALID_ARGUMENT.withDescription(sentence);
    }
}
