package io.foldserve.task.image;

/**
 * The filters of Pillow's antialiased resizing, stretched by the scale when shrinking. Bicubic is Keys' (1981) with
 * a = −0.5, as in Pillow; OpenCV and PyTorch's tensors use −0.75.
 */
public enum Interpolation {
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

    Interpolation(double radius) {
        this.radius = radius;
    }

    /** The distance beyond which the weight is 0. */
    double radius() {
        return radius;
    }

    abstract double weight(double distance);
}
