package io.foldserve.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The sockets on which the process listens. A framework that ends closes them together with the connections that came
 * last, whose requests are then reset; closed some time before, they refuse a client at once, which loses nothing, and
 * leave time to answer what was accepted. Thread-safe.
 */
public final class ListeningSockets extends ChannelInitializerExtension {
    /** Of the process: Netty makes this extension, not the container. */
    private static final Queue<NioServerSocketChannel> OPEN = new ConcurrentLinkedQueue<>();

    /** How often all that wait are accepted, up to Netty's 16 a time: the last time finds none. */
    private static final int ROUNDS = 16;

    @Override
    public void postInitializeServerListenerChannel(ServerChannel channel) {
        if (channel instanceof NioServerSocketChannel socket) {
            OPEN.add(socket);
            socket.closeFuture().addListener(closed -> OPEN.remove(socket));
        }
    }

    /** Accepts what the kernel has taken in already, and nothing more. */
    static void close() {
        OPEN.forEach(socket -> socket.eventLoop().execute(() -> close(socket)));
    }

    /**
     * The kernel resets the connections that wait when a socket is closed, so that nothing may come between the last
     * look at them and its close. Nobody waits for that: the process goes on to its own end.
     */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void close(NioServerSocketChannel socket) {
        for (int round = 0; round < ROUNDS; round++) {
            socket.unsafe().read();
        }
        socket.close();
    }
}
