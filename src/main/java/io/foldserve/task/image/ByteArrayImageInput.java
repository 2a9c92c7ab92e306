package io.foldserve.task.image;

import javax.imageio.stream.ImageInputStreamImpl;

/** An image input over an array: no copy, no cache file, nothing to close, and no bytes once nobody wants them. */
final class ByteArrayImageInput extends ImageInputStreamImpl {
    private final byte[] bytes;
    private final Runnable wanted;

    /** An input whose every read of several bytes asks {@code wanted} first, which ends it by an exception. */
    ByteArrayImageInput(byte[] bytes, Runnable wanted) {
        this.bytes = bytes;
        this.wanted = wanted;
    }

    @Override
    public int read() {
        bitOffset = 0;
        return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        wanted.run();
        bitOffset = 0;
        if (streamPos >= bytes.length) {
            return -1;
        }
        int count = (int) Math.min(length, bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
