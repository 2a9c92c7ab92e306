package io.foldserve.task.image;

/**
 * A rectangle of a picture, in pixels.
 *
 * @param left its first column
 * @param top its first row
 * @param width at least 1
 * @param height at least 1
 */
public record Region(int left, int top, int width, int height) {
    /** Refuses an empty one. */
    public Region {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a region is at least 1×1, found %d×%d".formatted(width, height));
        }
    }

    /** All of a picture. */
    public static Region whole(int width, int height) {
        return new Region(0, 0, width, height);
    }

    /** True when it lies within a picture of this size. */
    boolean within(int width, int height) {
        return left >= 0 && top >= 0 && left <= width - this.width && top <= height - this.height;
    }

    @Override
    public String toString() {
        return "%d×%d at (%d, %d)".formatted(width, height, left, top);
    }
}
