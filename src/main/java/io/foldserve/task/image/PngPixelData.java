package io.foldserve.task.image;

import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The decompressed contents of a PNG's IDAT chunks, row by row. Holds native memory until closed. */
final class PngPixelData implements AutoCloseable {
    /** Where a chunk's contents lie in the file. */
    record Part(int offset, int length) {}

    private final byte[] file;
    private final List<Part> parts;
    private final Inflater inflater = new Inflater();
    private int next;

    PngPixelData(byte[] file, List<Part> parts) {
        this.file = file;
        this.parts = parts;
    }

    /** Fills the first {@code length} bytes of {@code row}. */
    void read(byte[] row, int length) {
        int filled = 0;
        try {
            while (filled < length) {
                int count = inflater.inflate(row, filled, length - filled);
                filled += count;
                if (count == 0) {
                    feed();
                }
            }
        } catch (DataFormatException e) {
            throw new InvalidImageException("the PNG is corrupt: its compressed pixels are damaged", e);
        }
    }

    private void feed() {
        if (!inflater.needsInput() || next == parts.size()) {
            throw new InvalidImageException("the PNG is truncated: it has fewer pixels than it declares");
        }
        Part part = parts.get(next++);
        inflater.setInput(file, part.offset(), part.length());
    }

    @Override
    public void close() {
        inflater.end();
    }
}
