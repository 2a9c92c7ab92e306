package io.foldserve.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * What HTTP/2 allows a connection. Its defaults are made for small bodies: 64 KiB may be on their way, of all streams
 * together, so that every piece of a picture waits for leave.
 */
@Singleton
public class StreamBounds implements HttpServerOptionsCustomizer {
    /**
     * How many bytes a frame of a body may have. The framework copies what it has of a message of gRPC with each that
     * comes, so that the usual 16 KiB make four times the work of those clients that send larger ones.
     */
    public static final int LARGEST_FRAME = 64 * 1024;

    /** How many bytes of one body, and of all bodies of a connection, a client may send before they are read. */
    private static final int STREAM_WINDOW = 256 * 1024;

    private static final int CONNECTION_WINDOW = 1024 * 1024;

    /**
     * How many streams one side may end in 30 s before the connection is taken for an attack. Each frame that was on
     * its way to a refused body when its stream ended is answered as one such end: up to 16 for each of 100 streams.
     */
    private static final int MOST_ENDS = 2000;

    @Override
    public void customizeHttpServer(HttpServerOptions server) {
        server.getInitialSettings().setMaxFrameSize(LARGEST_FRAME).setInitialWindowSize(STREAM_WINDOW);
        server.setHttp2ConnectionWindowSize(CONNECTION_WINDOW);
        server.setHttp2RstFloodMaxRstFramePerWindow(MOST_ENDS);
    }
}
