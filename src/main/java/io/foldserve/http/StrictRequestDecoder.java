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
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decodes the requests of one connection of HTTP/1, and refuses one that has both a Content-Length and a
 * Transfer-Encoding, of which Netty would forget the first: a proxy in front could go by the other (RFC 9112, section
 * 6.3). What cannot be decoded is answered with a reason, and is the last that is read on its connection.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    private static final Set<String> VERSIONS = Set.of("HTTP/1.0", "HTTP/1.1");

    private static final String TWO_LENGTHS =
            "the request has a Content-Length beside a Transfer-Encoding, expected one of them";

    /** Of each request that is not answered yet, in order, whether its answer has no body. */
    private final Deque<Boolean> bodiless = new ArrayDeque<>();

    private Optional<String> reason = Optional.empty();

    StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    @Override
    protected HttpMessage createMessage(String[] line) {
        if (!VERSIONS.contains(line[2])) {
            throw refused("the request is of another version than HTTP/1.0, HTTP/1.1 and HTTP/2");
        }
        return super.createMessage(line);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw refused(TWO_LENGTHS);
    }

    /** The decoder makes of it the connection's last request. */
    private IllegalArgumentException refused(String why) {
        reason = Optional.of(why);
        return new IllegalArgumentException(why);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> decoded) throws Exception {
        int before = decoded.size();
        super.decode(context, bytes, decoded);
        for (Object part : decoded.subList(before, decoded.size())) {
            if (part instanceof HttpRequest request) {
                bodiless.add(request.method().equals(HttpMethod.HEAD));
            }
        }
    }

    /** Gives a body to the empty answers that the framework has for what it refuses itself. */
    ChannelOutboundHandler refusals() {
        return new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
                if (message instanceof HttpResponse response && isWithoutReason(response)) {
                    ReferenceCountUtil.release(message);
                    super.write(context, refusal(response), promise);
                } else {
                    super.write(context, message, promise);
                }
            }
        };
    }

    private boolean isWithoutReason(HttpResponse response) {
        int status = response.status().code();
        boolean mayHaveBody = status >= 200 && Boolean.FALSE.equals(bodiless.poll());
        return mayHaveBody && status >= 400 && "0".equals(response.headers().get(HttpHeaderNames.CONTENT_LENGTH));
    }

    private FullHttpResponse refusal(HttpResponse empty) {
        byte[] body = JsonObject.of("error", reason.orElseGet(() -> sentence(empty.status())))
                .encode()
                .getBytes(StandardCharsets.UTF_8);
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

    private static String sentence(HttpResponseStatus status) {
        return switch (status.code()) {
            case 400 -> "the request is malformed";
            case 414 -> "the request target is longer than %d bytes".formatted(RequestHead.LONGEST_TARGET);
            case 431 -> "the headers hold more than %d bytes together".formatted(RequestHead.LARGEST_HEADERS);
            default -> status.reasonPhrase().toLowerCase(Locale.ROOT);
        };
    }
}
