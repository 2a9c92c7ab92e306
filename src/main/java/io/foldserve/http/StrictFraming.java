package io.foldserve.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;

/**
 * Gives each plain connection of HTTP/1 a {@link StrictRequestDecoder}. The framework has no place for one, so it takes
 * the place of the framework's own before any request was read. Thread-safe.
 */
public final class StrictFraming extends ChannelInitializerExtension {
    /** What a client of HTTP/2 begins with; behind it no decoder of HTTP/1 appears. */
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Where its line ends: whoever has sent that much speaks HTTP/2, or nothing. */
    private static final int LINE = 14;

    /** The server's, once it is about to start: Netty makes this extension, not the container. */
    private static volatile HttpServerOptions options = new HttpServerOptions();

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new Exchange());
    }

    /** Has Netty look for its extensions, and keeps what the decoder is made from. */
    @Singleton
    static class Registration implements HttpServerOptionsCustomizer {
        @Override
        public void customizeHttpServer(HttpServerOptions server) {
            System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
            options = server;
        }
    }

    /**
     * Hands the first bytes on one by one, until they tell the framework that they are HTTP/1 and it has added its
     * decoder, which cannot have read a line yet.
     */
    private static final class Exchange extends ChannelInboundHandlerAdapter {
        private int handedOn;

        @Override
        @SuppressWarnings("FutureReturnValueIgnored")
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            while (handedOn < PREFACE.length && bytes.isReadable()) {
                if (handedOn >= LINE && bytes.getByte(bytes.readerIndex()) != PREFACE[handedOn]) {
                    // A malformed preface is the connection's error, which needs no words (RFC 9113, section 3.4).
                    bytes.release();
                    context.close();
                    return;
                }
                byte next = bytes.getByte(bytes.readerIndex());
                context.fireChannelRead(bytes.readRetainedSlice(1));
                handedOn++;
                ChannelHandlerContext decoder = context.pipeline().context(VertxHttpRequestDecoder.class);
                if (decoder != null) {
                    exchange(context.pipeline(), decoder, next);
                    handedOn = PREFACE.length;
                }
            }
            if (handedOn == PREFACE.length) {
                context.pipeline().remove(this);
            }
            if (bytes.isReadable()) {
                context.fireChannelRead(bytes);
            } else {
                bytes.release();
            }
        }

        private static void exchange(ChannelPipeline pipeline, ChannelHandlerContext decoder, byte first) {
            StrictRequestDecoder strict = new StrictRequestDecoder(options, first);
            // Before the other decoder hands on what it has not decoded, which may have to be refused.
            pipeline.addAfter("httpEncoder", "foldserve-refusals", strict.refusals());
            pipeline.replace(decoder.handler(), decoder.name(), strict);
        }
    }
}
