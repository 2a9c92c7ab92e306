package io.foldserve.serving.comparison;

/** How far the masks of a first and a second cover each other: pixels by class, of the sample and of every draw. */
final class Overlap {
    private final long[][] first;
    private final long[][] second;
    private final long[][] both;

    /** Pixels that the first, the second and both mark, each by class and then by entry; the arrays are kept. */
    Overlap(long[][] first, long[][] second, long[][] both) {
        this.first = first;
        this.second = second;
        this.both = both;
    }

    /** How many pixels were compared. */
    long pixels() {
        return sum(first, 0);
    }

    /** How many pixels the second marks as the class. */
    long pixels(int index) {
        return second[index][0];
    }

    /** Intersection over union of one class; not a number if neither marks it. */
    double iou(int index, int entry) {
        long union = first[index][entry] + second[index][entry] - both[index][entry];
        return union == 0 ? Double.NaN : (double) both[index][entry] / union;
    }

    /** The mean of the classes' intersections over unions, of those that either marks. */
    double meanIou(int entry) {
        double sum = 0;
        int present = 0;
        for (int index = 0; index < first.length; index++) {
            double iou = iou(index, entry);
            if (!Double.isNaN(iou)) {
                sum += iou;
                present++;
            }
        }
        return present == 0 ? Double.NaN : sum / present;
    }

    /** The share of pixels that both give the same class. */
    double pixelAgreement(int entry) {
        long pixels = sum(first, entry);
        return pixels == 0 ? Double.NaN : (double) sum(both, entry) / pixels;
    }

    private static long sum(long[][] pixels, int entry) {
        long sum = 0;
        for (long[] byEntry : pixels) {
            sum += byEntry[entry];
        }
        return sum;
    }
}
