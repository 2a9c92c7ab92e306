package io.foldserve.architecture.declare;

/**
 * The size of the images that a network is built for, in pixels.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record ImageSize(int height, int width) {

    /** Refuses an empty image. */
    public ImageSize {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("an image of %d×%d pixels is empty".formatted(height, width));
        }
    }

    /** Height × width, for people. */
    @Override
    public String toString() {
        return height + "×" + width;
    }
}
