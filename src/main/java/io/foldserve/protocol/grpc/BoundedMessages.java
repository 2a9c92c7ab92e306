package io.foldserve.protocol.grpc;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Holds the messages of a service to their limit once they are decompressed as well: the framework would go on to read
 * a thousand times what it has received. Stateless.
 */
final class BoundedMessages {
    /** Where the event loop of a call keeps why its message was not read on; the framework drops what is thrown. */
    private static final String REFUSED = "foldserve.grpc.refused";

    private BoundedMessages() {}

    /** The same service, which reads at most {@code largest} bytes of a message. */
    static ServerServiceDefinition of(ServerServiceDefinition service, long largest) {
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        service.getServiceDescriptor().getName())
                .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
        // Each method's descriptor must be the service's own one.
        List<ServerMethodDefinition<?, ?>> methods = service.getMethods().stream()
                .<ServerMethodDefinition<?, ?>>map(method -> bounded(method, largest))
                .toList();
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder bounded = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(bounded::addMethod);
        return bounded.build();
    }

    private static <Q, A> ServerMethodDefinition<Q, A> bounded(ServerMethodDefinition<Q, A> method, long largest) {
        MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
        return ServerMethodDefinition.create(
                descriptor.toBuilder(
                                new Bounded<>(descriptor.getRequestMarshaller(), largest),
                                descriptor.getResponseMarshaller())
                        .build(),
                method.getServerCallHandler());
    }

    /** Why the message of the call that is answered now was not read to its end, if that is so. */
    static Optional<String> refused() {
        return Optional.ofNullable(Vertx.currentContext()).map(context -> context.getLocal(REFUSED));
    }

    /**
     * Reads messages up to a limit.
     *
     * @param <Q> the message's type
     * @param messages reads them without one
     * @param largest the limit in bytes
     */
    private record Bounded<Q>(Marshaller<Q> messages, long largest) implements Marshaller<Q> {
        @Override
        public InputStream stream(Q message) {
            return messages.stream(message);
        }

        @Override
        public Q parse(InputStream bytes) {
            // What came as it is was measured when it came.
            return messages.parse(bytes instanceof KnownLength ? bytes : new BoundedStream(bytes, largest));
        }
    }

    /** Ends in an error beyond so many bytes. */
    private static final class BoundedStream extends FilterInputStream {
        private final long largest;
        private long left;

        BoundedStream(InputStream bytes, long largest) {
            super(bytes);
            this.largest = largest;
            this.left = largest;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                String why = "the message is larger than the limit of %d bytes once decompressed".formatted(largest);
                Context call = Vertx.currentContext();
                if (call != null) {
                    call.putLocal(REFUSED, why);
                }
                throw new IOException(why);
            }
        }
    }
}
