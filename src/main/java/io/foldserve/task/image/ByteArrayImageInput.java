package io.foldserve.task.image;

import javax.imageio.stream.ImageInputStreamImpl;

/** An image input over an array that can be given up: no copy, no cache file, and nothing to close. */
final class ByteArrayImageInput extends ImageInputStreamImpl {
    private final byte[] bytes;
    private final Runnable going;

    /** An input whose every read of more than a byte asks {@code going} first, which gives it up by an exception. */
    ByteArrayImageInput(byte[] bytes, Runnable going) {
        this.bytes = bytes;
        this.going = going;
    }

    @Override
    public int read() {
        bitOffset = 0;
        return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        going.run();
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
