package io.foldserve.task.image;

/**
 * Pillow's kinds of resizing: the nearest pixel, or a filter that is stretched by the scale when shrinking
 * (antialiased). Bicubic is Keys' (1981) with a = −0.5, as in Pillow; OpenCV and PyTorch's tensors use −0.75.
 */
enum PillowFilter {
    /** The pixel in which the middle of the new one lies; {@link Taps} finds it without weights. */
    NEAREST(0) {
        @Override
        double weight(double distance) {
            return distance == 0 ? 1 : 0;
        }
    },

    /** A triangle of radius 1. */
    BILINEAR(1) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            return x < 1 ? 1 - x : 0;
        }
    },

    /** Keys' cubic of radius 2. */
    BICUBIC(2) {
        @Override
        double weight(double distance) {
            double a = -0.5;
            double x = Math.abs(distance);
            if (x < 1) {
                return ((a + 2) * x - (a + 3)) * x * x + 1;
            }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
        }
    };

    private final double radius;

    PillowFilter(double radius) {
        this.radius = radius;
    }

    /** The distance beyond which the weight is 0. */
    double radius() {
        return radius;
    }

    abstract double weight(double distance);
}
