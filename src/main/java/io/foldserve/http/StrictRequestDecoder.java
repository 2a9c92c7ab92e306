package io.foldserve.http;

import io.foldserve.problem.Problems;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decodes the requests of one connection of HTTP/1, and refuses one that has both a Content-Length and a
 * Transfer-Encoding, of which Netty would forget the first: a proxy in front could go by the other (RFC 9112, section
 * 6.3). What cannot be decoded is answered with a reason, and is the last that is read on its connection.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    private static final Set<String> VERSIONS = Set.of("HTTP/1.0", "HTTP/1.1");

    private static final String TWO_LENGTHS =
            "the request has a Content-Length beside a Transfer-Encoding, expected one of them";

    private static final String BROKEN_BODY = "the chunks of the body are malformed, expected each to be its length in"
            + " hexadecimal, a line end, so many bytes and a line end";

    private static final String BROKEN_HEADERS = "a header is malformed, expected 'Name: value' in a line of its own";

    private static final String BROKEN_LINE =
            "the request line is malformed, expected a method, a target and HTTP/1.1, with a blank between";

    /** The content type of a TLS handshake, which no method begins with. */
    private static final int TLS_HANDSHAKE = 0x16;

    private static final int DELETE = 0x7f;

    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");

    /** A line that is no request's, in place of what would keep the decoder waiting for a line's end. */
    private static final ByteBuf NO_REQUEST =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("no request\r\n\r\n", StandardCharsets.US_ASCII));

    private final RefusalWriter refusals = new RefusalWriter();

    /** Whether the next byte is a request's first. */
    private boolean between = true;

    /** Whether the line of the request that is being read was understood. */
    private boolean hasLine;

    /** The last byte that another decoder was given, which has skipped it if it is none of a request. */
    private byte skipped;

    /**
     * A connection's decoder.
     *
     * @param last the byte before those that are decoded
     */
    StrictRequestDecoder(HttpServerOptions options, byte last) {
        super(options);
        this.skipped = last;
    }

    @Override
    protected HttpMessage createMessage(String[] line) {
        if (!VERSIONS.contains(line[2])) {
            throw refused(
                    line[2].startsWith("HTTP/")
                            ? "the request is of another version than HTTP/1.0, HTTP/1.1 and HTTP/2"
                            : BROKEN_LINE);
        }
        HttpMessage message = super.createMessage(line);
        hasLine = true;
        return message;
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw refused(TWO_LENGTHS);
    }

    /** The decoder makes of it the connection's last request. */
    private IllegalArgumentException refused(String why) {
        refusals.unlessSaid(why);
        return new IllegalArgumentException(why);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> decoded) throws Exception {
        int before = decoded.size();
        OptionalInt junk = between ? junk(bytes) : OptionalInt.empty();
        if (junk.isPresent()) {
            refuseJunk(context, bytes, decoded, junk.getAsInt());
        } else {
            super.decode(context, bytes, decoded);
        }
        for (Object part : decoded.subList(before, decoded.size())) {
            if (part instanceof HttpRequest request) {
                begin(request);
            } else if (part instanceof HttpContent content) {
                read(context, content);
            }
        }
    }

    /**
     * The first byte of what is no request: Netty skips blanks and control characters before a method, of which the
     * standard allows for line ends alone.
     */
    private OptionalInt junk(ByteBuf bytes) {
        int before = skipped;
        skipped = 'A';
        int first = bytes.forEachByte(StrictRequestDecoder::isLineEnd);
        int next = isJunk(before) || first < 0 ? before : bytes.getByte(first);
        return isJunk(next) ? OptionalInt.of(next) : OptionalInt.empty();
    }

    private static boolean isLineEnd(byte next) {
        return next == '\r' || next == '\n';
    }

    private static boolean isJunk(int next) {
        return (next <= ' ' || next == DELETE) && !isLineEnd((byte) next);
    }

    private void refuseJunk(ChannelHandlerContext context, ByteBuf bytes, List<Object> decoded, int first)
            throws Exception {
        refusals.unlessSaid(
                first == TLS_HANDSHAKE
                        ? "this port speaks HTTP, found the beginning of TLS: write http:// in place of https://"
                        : "the request begins with other bytes than a method's");
        bytes.skipBytes(bytes.readableBytes());
        super.decode(context, NO_REQUEST.duplicate(), decoded);
    }

    private void begin(HttpRequest request) {
        between = false;
        refusals.expectAnswer(request.method().equals(HttpMethod.HEAD));
        if (request.decoderResult().isSuccess()) {
            check(request);
            UpgradeSettings.problem(request).ifPresent(why -> {
                // Without it nothing is upgraded, and the request is refused as any that cannot be decoded.
                request.headers().remove(HttpHeaderNames.UPGRADE);
                request.setDecoderResult(DecoderResult.failure(refused(why)));
            });
        } else {
            refusals.unlessSaid(hasLine ? brokenHeaders(request) : BROKEN_LINE);
        }
        hasLine = false;
    }

    private static String brokenHeaders(HttpRequest request) {
        List<String> lengths = request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
        boolean isNumber = lengths.size() == 1 && LENGTH.matcher(lengths.get(0)).matches();
        return lengths.isEmpty() || isNumber
                ? BROKEN_HEADERS
                : Problems.shortened("Content-Length is '%s', expected one whole number of bytes"
                        .formatted(String.join("', '", lengths)));
    }

    private void check(HttpRequest request) {
        Optional<String> problem = RequestHead.malformed(request.uri());
        if (request.headers().contains("")) {
            problem = Optional.of(BROKEN_HEADERS);
        }
        problem.ifPresent(why -> request.setDecoderResult(DecoderResult.failure(refused(why))));
    }

    /** The framework drops a connection on which a body breaks off, without an answer. */
    private void read(ChannelHandlerContext context, HttpContent content) {
        between = content instanceof LastHttpContent;
        if (content.decoderResult().isFailure()) {
            refusals.refuse(context, BROKEN_BODY);
        }
    }

    /** Gives a body to the empty answers that the framework has for what it refuses itself. */
    ChannelOutboundHandler refusals() {
        return refusals;
    }
}
