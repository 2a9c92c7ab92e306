package io.foldserve.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The sockets on which the process listens. A framework that ends closes them together with the connections that came
 * last, whose requests are then reset; closed some time before, they refuse a client at once, which loses nothing, and
 * leave time to answer what was accepted. Thread-safe.
 */
public final class ListeningSockets extends ChannelInitializerExtension {
    private static final Logger LOG = Logger.getLogger(ListeningSockets.class);

    /** Of the process: Netty makes this extension, not the container. */
    private static final Queue<NioServerSocketChannel> OPEN = new ConcurrentLinkedQueue<>();

    /** How often all that wait are accepted, up to Netty's 16 a time: the last time finds none. */
    private static final int ROUNDS = 16;

    /** Within which the event loop has looked at its selector, for it has something to do then. */
    private static final int SELECTION_MILLIS = 20;

    @Override
    public void postInitializeServerListenerChannel(ServerChannel channel) {
        if (channel instanceof NioServerSocketChannel socket) {
            OPEN.add(socket);
            socket.closeFuture().addListener(closed -> OPEN.remove(socket));
        }
    }

    /** Accepts what the kernel has taken in already, and nothing more. */
    static void close() {
        OPEN.forEach(socket -> socket.eventLoop().execute(() -> leave(socket)));
    }

    /**
     * Takes the socket from the event loop's selector, which keeps what it has selected from open until it looks again:
     * the kernel would go on to take in connections that can no longer be accepted.
     */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void leave(NioServerSocketChannel socket) {
        EventLoop loop = socket.eventLoop();
        socket.deregister();
        loop.schedule(() -> close(socket), SELECTION_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * The kernel resets the connections that wait when a socket is closed, so that as little as can be comes between
     * the last look at them and its close. Nobody waits for that: the process goes on to its own end.
     */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void close(NioServerSocketChannel socket) {
        for (int round = 0; round < ROUNDS; round++) {
            socket.unsafe().read();
        }
        try {
            socket.unsafe().ch().close();
        } catch (IOException open) {
            LOG.debug("a socket that listens cannot be closed", open);
        }
        socket.close();
    }
}
