package io.foldserve.task.image;

/** Turns the decompressed rows of a PNG into pixels: undoes the row filters and Adam7's passes, unpacks samples. */
final class PngRows {
    /** Adam7: first column, first row, column step, row step of each pass. */
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] WHOLE = {{0, 0, 1, 1}};

    private final PngHeader header;
    private final PngPixelData data;
    private final Runnable wanted;
    private final PngUnpacking unpacking;
    private final byte[] samples;

    PngRows(PngHeader header, byte[] palette, PngPixelData data, Runnable wanted) {
        this.header = header;
        this.data = data;
        this.wanted = wanted;
        this.unpacking = new PngUnpacking(header, palette);
        this.samples = new byte[header.width() * header.height() * header.channels()];
    }

    /** Reads all rows and closes the data. */
    RasterImage read() {
        try (data) {
            for (int[] pass : header.interlaced() ? ADAM7 : WHOLE) {
                pass(pass[0], pass[1], pass[2], pass[3]);
            }
        }
        return new RasterImage(header.width(), header.height(), header.channels(), samples);
    }

    private void pass(int left, int top, int columnStep, int rowStep) {
        int columns = (header.width() - left + columnStep - 1) / columnStep;
        if (columns == 0) {
            return;
        }
        int length = header.rowBytes(columns) + 1;
        byte[] row = new byte[length];
        byte[] above = new byte[length];
        for (int y = top; y < header.height(); y += rowStep) {
            wanted.run();
            data.read(row, length);
            unfilter(row, above);
            int at = (y * header.width() + left) * header.channels();
            unpacking.unpack(row, columns, samples, at, columnStep * header.channels());
            byte[] done = above;
            above = row;
            row = done;
        }
    }

    /** Byte 0 of a row is its filter; the others follow. */
    private void unfilter(byte[] row, byte[] above) {
        int pixel = Math.max(1, header.bitsPerPixel() / 8);
        switch (row[0]) {
            case 0 -> {}
            case 1 -> {
                for (int i = 1 + pixel; i < row.length; i++) {
                    row[i] += row[i - pixel];
                }
            }
            case 2 -> {
                for (int i = 1; i < row.length; i++) {
                    row[i] += above[i];
                }
            }
            case 3 -> average(row, above, pixel);
            case 4 -> paeth(row, above, pixel);
            default -> throw new InvalidImageException("the PNG is corrupt: a row has filter " + (row[0] & 0xFF));
        }
    }

    private static void average(byte[] row, byte[] above, int pixel) {
        for (int i = 1; i < row.length; i++) {
            int left = i > pixel ? row[i - pixel] & 0xFF : 0;
            row[i] = (byte) (row[i] + ((left + (above[i] & 0xFF)) >> 1));
        }
    }

    private static void paeth(byte[] row, byte[] above, int pixel) {
        for (int i = 1; i < Math.min(row.length, 1 + pixel); i++) {
            row[i] += above[i];
        }
        for (int i = 1 + pixel; i < row.length; i++) {
            int left = row[i - pixel] & 0xFF;
            int up = above[i] & 0xFF;
            int corner = above[i - pixel] & 0xFF;
            int toLeft = Math.abs(up - corner);
            int toUp = Math.abs(left - corner);
            int toCorner = Math.abs(left + up - 2 * corner);
            int nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
            row[i] = (byte) (row[i] + nearest);
        }
    }
}
