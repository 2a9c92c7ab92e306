package io.foldserve.task;

import io.foldserve.task.image.InvalidImageException;

/** How a picture is resized before it is cropped. */
public sealed interface Resize {

    /** Not at all. */
    record None() implements Resize {}

    /** To exactly this size, whatever the aspect ratio. */
    record Exact(int width, int height) implements Resize {
        /** Refuses a size below 1. */
        public Exact {
            if (width < 1 || height < 1) {
                throw new IllegalArgumentException("a size is at least 1×1, found %d×%d".formatted(width, height));
            }
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

        /** The longer side of the result, {@code int(length * longer / shorter)} as in torchvision. */
        private int longer(int shorter, int longer) {
            double result = (double) ((long) length * longer) / shorter;
            if (result > Integer.MAX_VALUE) {
                throw new InvalidImageException(
                        "a picture with sides %d and %d is too narrow to be resized".formatted(longer, shorter));
            }
            return (int) result;
        }
    }

    /** The width that a {@code width × height} picture is resized to. */
    default int width(int width, int height) {
        if (this instanceof Exact exact) {
            return exact.width();
        }
        if (this instanceof ShorterSide side) {
            return width <= height ? side.length() : side.longer(height, width);
        }
        return width;
    }

    /** The height that a {@code width × height} picture is resized to. */
    default int height(int width, int height) {
        if (this instanceof Exact exact) {
            return exact.height();
        }
        if (this instanceof ShorterSide side) {
            return width <= height ? side.longer(width, height) : side.length();
        }
        return height;
    }
}
