package io.foldserve.serving.experiment;

import io.foldserve.task.image.LabelMask;

/** Mean intersection over union of two masks of one picture, over the classes that either marks. */
final class MaskIou {
    private MaskIou() {}

    /** Of class indices row by row; pixels that either ignores are left out. 1 if nothing is left. */
    static double of(int[] first, int[] second, int classes) {
        long[] ours = new long[classes];
        long[] theirs = new long[classes];
        long[] both = new long[classes];
        for (int pixel = 0; pixel < first.length; pixel++) {
            if (first[pixel] != LabelMask.IGNORED && second[pixel] != LabelMask.IGNORED) {
                ours[first[pixel]]++;
                theirs[second[pixel]]++;
                both[first[pixel]] += first[pixel] == second[pixel] ? 1 : 0;
            }
        }
        double sum = 0;
        int present = 0;
        for (int index = 0; index < classes; index++) {
            long union = ours[index] + theirs[index] - both[index];
            sum += union == 0 ? 0 : (double) both[index] / union;
            present += union == 0 ? 0 : 1;
        }
        return present == 0 ? 1 : sum / present;
    }
}
