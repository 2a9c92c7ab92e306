package io.foldserve.protocol.grpc;

import io.foldserve.serving.assignment.UnitLookup;
import io.foldserve.serving.assignment.UnitSource;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Keeps the head of a call where the call finds it: a header of an experiment's unit is one of the call's metadata. A
 * call has no query, and nobody keeps cookies for it. Thread-safe.
 */
@ApplicationScoped
@GlobalInterceptor
class CallHead implements ServerInterceptor {
    private static final Context.Key<Metadata> HEADERS = Context.key("foldserve-headers");

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return Contexts.interceptCall(Context.current().withValue(HEADERS, headers), call, headers, next);
    }

    /** Finds the unit in the head of the call that the current thread answers. */
    static UnitLookup unit() {
        Optional<Metadata> headers = Optional.ofNullable(HEADERS.get());
        return source -> headers.filter(head -> source.kind() == UnitSource.Kind.HEADER)
                .flatMap(head ->
                        Optional.ofNullable(head.get(Metadata.Key.of(source.name(), Metadata.ASCII_STRING_MARSHALLER))))
                .filter(value -> !value.isEmpty());
    }
}
