package io.foldserve.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Decodes the requests of one connection of HTTP/1, and refuses one that has both a Content-Length and a
 * Transfer-Encoding, of which Netty would forget the first: a proxy in front could go by the other (RFC 9112, section
 * 6.3). What cannot be decoded is answered with a reason, and is the last that is read on its connection.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    private static final String TWO_LENGTHS =
            "the request has a Content-Length beside a Transfer-Encoding, expected one of them";

    private boolean failed;
    private Optional<String> reason = Optional.empty();

    StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        reason = Optional.of(TWO_LENGTHS);
        throw new IllegalArgumentException(TWO_LENGTHS);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> decoded) throws Exception {
        super.decode(context, bytes, decoded);
        for (Object part : decoded) {
            failed |=
                    part instanceof HttpObject object && object.decoderResult().isFailure();
        }
    }

    /** Gives a body to the empty answer that the framework has for what was not decoded. */
    ChannelOutboundHandler refusals() {
        return new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
                if (failed && message instanceof HttpResponse response && isEmptyRefusal(response)) {
                    ReferenceCountUtil.release(message);
                    super.write(context, refusal(response.status()), promise);
                } else {
                    super.write(context, message, promise);
                }
            }
        };
    }

    private static boolean isEmptyRefusal(HttpResponse response) {
        return response.status().code() >= 400 && "0".equals(response.headers().get(HttpHeaderNames.CONTENT_LENGTH));
    }

    private FullHttpResponse refusal(HttpResponseStatus status) {
        String error = reason.orElseGet(() -> switch (status.code()) {
            case 414 -> "the request target is longer than %d bytes".formatted(RequestHead.LONGEST_TARGET);
            case 431 -> "the headers hold more than %d bytes together".formatted(RequestHead.LARGEST_HEADERS);
            default -> "the request is malformed";
        });
        byte[] body = JsonObject.of("error", error).encode().getBytes(StandardCharsets.UTF_8);
        FullHttpResponse refusal =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        refusal.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return refusal;
    }
}
