package io.foldserve.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The answers to what cannot be decoded on one connection of HTTP/1: a reason in place of the framework's empty body,
 * an answer where it would drop the connection, and a close that the client can read the answer before. Belongs to the
 * connection's event loop, on which nobody waits for what is written.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class RefusalWriter extends ChannelOutboundHandlerAdapter {
    /** How long a client may go on sending what is not read any more: a close under it would take the answer away. */
    private static final long LINGER_MILLIS = 2000;

    /** Of each request that is not answered yet, in order, whether its answer has no body. */
    private final Deque<Boolean> bodiless = new ArrayDeque<>();

    private Optional<String> reason = Optional.empty();

    /** Whether the last answer of the connection was written. */
    private boolean isLast;

    private boolean isClosing;

    /** A request is about to be handed on. */
    void expectAnswer(boolean withoutBody) {
        bodiless.add(withoutBody);
    }

    /** What the next refusal says. */
    void because(String why) {
        reason = Optional.of(why);
    }

    /** The same, where nothing was said yet. */
    void unlessSaid(String why) {
        reason = reason.or(() -> Optional.of(why));
    }

    /** Refuses the request whose body is being read, unless it is answered already, or others before it are not. */
    void refuse(ChannelHandlerContext decoder, String why) {
        if (bodiless.size() == 1) {
            because(why);
            ChannelHandlerContext here = decoder.pipeline().context(this);
            ChannelPromise written = here.newPromise();
            write(here, new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST), written);
            here.flush();
        }
        isLast = true;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (isLast) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
        } else if (message instanceof HttpResponse response && isWithoutReason(response)) {
            ReferenceCountUtil.release(message);
            isLast = true;
            promise.addListener(written -> close(context, context.newPromise()));
            context.write(refusal(response), promise);
        } else {
            context.write(message, promise);
        }
    }

    /** Where not all was read that the client sends, it is read and dropped for a moment. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (isLast && !isClosing && context.channel() instanceof DuplexChannel channel && channel.isActive()) {
            isClosing = true;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> channel.shutdownOutput());
            channel.pipeline().addFirst(new Drain());
            channel.config().setAutoRead(true);
            context.executor().schedule(() -> context.close(promise), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        } else if (!isClosing || !context.channel().isActive()) {
            context.close(promise);
        } else {
            context.channel().closeFuture().addListener(closed -> promise.trySuccess());
        }
    }

    private boolean isWithoutReason(HttpResponse response) {
        int status = response.status().code();
        boolean mayHaveBody = status >= 200 && Boolean.FALSE.equals(bodiless.poll());
        return mayHaveBody && status >= 400 && isEmpty(response);
    }

    private static boolean isEmpty(HttpResponse response) {
        return response instanceof FullHttpResponse whole
                ? !whole.content().isReadable()
                : "0".equals(response.headers().get(HttpHeaderNames.CONTENT_LENGTH));
    }

    private FullHttpResponse refusal(HttpResponse empty) {
        byte[] body = JsonObject.of("error", sentence(empty.status())).encode().getBytes(StandardCharsets.UTF_8);
        FullHttpResponse refusal =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, empty.status(), Unpooled.wrappedBuffer(body));
        refusal.headers()
                .set(empty.headers())
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        // What is refused before it is routed has no name yet.
        if (!refusal.headers().contains(RequestId.HEADER)) {
            refusal.headers().set(RequestId.HEADER, RequestId.fresh());
        }
        return refusal;
    }

    private String sentence(HttpResponseStatus status) {
        return switch (status.code()) {
            case 400 -> reason.orElse("the request is malformed");
            case 414 -> "the request target is longer than %d bytes".formatted(RequestHead.LONGEST_TARGET);
            case 431 -> "the headers hold more than %d bytes together".formatted(RequestHead.LARGEST_HEADERS);
            default -> status.reasonPhrase().toLowerCase(Locale.ROOT);
        };
    }

    /** Drops what comes after the last answer; the client's own close ends the connection. */
    private static final class Drain extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes) {
                bytes.release();
            } else {
                context.fireChannelRead(message);
            }
        }
    }
}
