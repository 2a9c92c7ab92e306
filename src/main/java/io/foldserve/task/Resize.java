package io.foldserve.task;

import io.foldserve.task.image.InvalidImageException;

/** How a picture is resized before it is cropped or laid on a ground. */
public sealed interface Resize {

    /** The width that a {@code width × height} picture is resized to. */
    int width(int width, int height);

    /** The height that a {@code width × height} picture is resized to. */
    int height(int width, int height);

    /** Not at all. */
    record None() implements Resize {
        @Override
        public int width(int width, int height) {
            return width;
        }

        @Override
        public int height(int width, int height) {
            return height;
        }
    }

    /** To exactly this size, whatever the aspect ratio. */
    record Exact(int width, int height) implements Resize {
        /** Refuses a size below 1. */
        public Exact {
            expectSize(width, height);
        }

        @Override
        public int width(int pictureWidth, int pictureHeight) {
            return width;
        }

        @Override
        public int height(int pictureWidth, int pictureHeight) {
            return height;
        }
    }

    /** So that the shorter side becomes this long and the aspect ratio stays: torchvision's {@code Resize(int)}. */
    record ShorterSide(int length) implements Resize {
        /** Refuses a length below 1. */
        public ShorterSide {
            if (length < 1) {
                throw new IllegalArgumentException("the shorter side is at least 1, found " + length);
            }
        }

        @Override
        public int width(int width, int height) {
            return width <= height ? length : scaled(length, width, height);
        }

        @Override
        public int height(int width, int height) {
            return width <= height ? scaled(length, height, width) : length;
        }
    }

    /**
     * So that the longer side becomes this long and the aspect ratio stays: torchvision's
     * {@code Resize(None, max_size)}.
     */
    record LongerSide(int length) implements Resize {
        /** Refuses a length below 1. */
        public LongerSide {
            if (length < 1) {
                throw new IllegalArgumentException("the longer side is at least 1, found " + length);
            }
        }

        @Override
        public int width(int width, int height) {
            return width <= height ? scaled(length, width, height) : length;
        }

        @Override
        public int height(int width, int height) {
            return width <= height ? length : scaled(length, height, width);
        }
    }

    /**
     * So that the picture fits this size wholly with its aspect ratio, in the middle of a grey ground: the letterbox of
     * the YOLO networks (Ultralytics).
     *
     * @param width of the whole, in pixels
     * @param height of the whole, in pixels
     * @param fill every channel of the ground, 0 to 255; 114 there
     */
    record Letterbox(int width, int height, int fill) implements Resize {
        /** Refuses a size below 1, and a fill that is no sample. */
        public Letterbox {
            expectSize(width, height);
            if (fill < 0 || fill > 255) {
                throw new IllegalArgumentException("a fill is 0 to 255, found " + fill);
            }
        }

        @Override
        public int width(int pictureWidth, int pictureHeight) {
            return side(pictureWidth, pictureWidth, pictureHeight);
        }

        @Override
        public int height(int pictureWidth, int pictureHeight) {
            return side(pictureHeight, pictureWidth, pictureHeight);
        }

        /** {@code round(side · min(height / pictureHeight, width / pictureWidth))}, halves to even. */
        private int side(int side, int pictureWidth, int pictureHeight) {
            double ratio = Math.min((double) height / pictureHeight, (double) width / pictureWidth);
            return expectPixels(Math.rint(side * ratio), pictureWidth, pictureHeight);
        }

        /** How much of {@code all} lies before a side of {@code length}: {@code round((all − length) / 2 − 0.1)}. */
        static int margin(int all, int length) {
            return (int) Math.rint((all - length) / 2.0 - 0.1);
        }
    }

    private static void expectSize(int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a size is at least 1×1, found %d×%d".formatted(width, height));
        }
    }

    /** The side that goes with {@code length}: {@code int(length · side / given)} as in torchvision. */
    private static int scaled(int length, int side, int given) {
        return expectPixels((double) ((long) length * side) / given, side, given);
    }

    private static int expectPixels(double length, int one, int other) {
        if (length < 1 || length > Integer.MAX_VALUE) {
            throw new InvalidImageException("a picture with sides %d and %d is too narrow to be resized"
                    .formatted(Math.max(one, other), Math.min(one, other)));
        }
        return (int) length;
    }
}
