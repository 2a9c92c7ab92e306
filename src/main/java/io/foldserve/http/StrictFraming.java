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

/**
 * Gives each plain connection of HTTP/1 a {@link StrictRequestDecoder}. The framework has no place for one, so it takes
 * the place of the framework's own before any request was read. Thread-safe.
 */
public final class StrictFraming extends ChannelInitializerExtension {
    /** The length of HTTP/2's preface; behind it, or within a TLS handshake, no decoder of HTTP/1 appears. */
    private static final int PREFACE = 24;

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
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            while (handedOn < PREFACE && bytes.isReadable()) {
                context.fireChannelRead(bytes.readRetainedSlice(1));
                handedOn++;
                ChannelHandlerContext decoder = context.pipeline().context(VertxHttpRequestDecoder.class);
                if (decoder != null) {
                    exchange(context.pipeline(), decoder);
                    handedOn = PREFACE;
                }
            }
            if (handedOn == PREFACE) {
                context.pipeline().remove(this);
            }
            if (bytes.isReadable()) {
                context.fireChannelRead(bytes);
            } else {
                bytes.release();
            }
        }

        private static void exchange(ChannelPipeline pipeline, ChannelHandlerContext decoder) {
            StrictRequestDecoder strict = new StrictRequestDecoder(options);
            pipeline.replace(decoder.handler(), decoder.name(), strict);
            pipeline.addAfter("httpEncoder", "foldserve-refusals", strict.refusals());
        }
    }
}
