package io.foldserve.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.HttpData;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.NotSupportedException;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the image in a request's body: the body itself, or the field {@code image} of a multipart form.
 *
 * <p>Forms are decoded in memory, since the root file system may be read-only and the body is bounded.
 */
final class ImageBody {
    private static final String FIELD = "image";
    private static final Set<String> RAW = Set.of("image/jpeg", "image/jpg", "image/png", "application/octet-stream");

    private ImageBody() {}

    /**
     * The image's bytes.
     *
     * @throws NotSupportedException (415) if the content type is neither an image's nor a multipart form's
     * @throws BadRequestException (400) if there are no bytes, or no such field
     */
    static byte[] of(byte[] body, String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        byte[] image;
        if (type.equals("multipart/form-data")) {
            image = field(body, contentType);
        } else if (RAW.contains(type)) {
            image = body;
        } else {
            throw new NotSupportedException(
                    "Content-Type is '%s', expected image/jpeg, image/png, application/octet-stream or multipart/form-data with a field 'image'"
                            .formatted(type));
        }
        if (image.length == 0) {
            throw new BadRequestException("the image is empty: the body has no bytes");
        }
        return image;
    }

    private static byte[] field(byte[] body, String contentType) {
        FullHttpRequest form =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/", Unpooled.wrappedBuffer(body));
        form.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        if (!HttpPostRequestDecoder.isMultipart(form)) {
            throw new BadRequestException("the multipart form's Content-Type has no boundary: '" + contentType + "'");
        }
        try {
            HttpPostMultipartRequestDecoder decoder =
                    new HttpPostMultipartRequestDecoder(new DefaultHttpDataFactory(false), form);
            try {
                return bytes(decoder.getBodyHttpData(FIELD));
            } finally {
                decoder.destroy();
            }
        } catch (HttpPostRequestDecoder.ErrorDataDecoderException | IOException malformed) {
            throw new BadRequestException("the multipart form is malformed: " + malformed.getMessage(), malformed);
        }
    }

    private static byte[] bytes(@Nullable InterfaceHttpData field) throws IOException {
        if (field instanceof HttpData data && data.isCompleted()) {
            return data.get();
        }
        throw new BadRequestException("the multipart form has no complete field 'image'");
    }
}
