package io.foldserve.serving.experiment;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of counts: a first part, and parts that say of what, between slashes, which no name contains. */
enum CountName {
    /** Requests dealt: shares, variant. */
    ASSIGNED("assigned"),
    /** Stage times: variant, stage, bucket of {@link LatencySketch}. */
    LATENCY("latency"),
    /** Pairs by whether they agree: variant, baseline, true or false. */
    AGREE("agree"),
    /** Pairs by class: variant, baseline, the variant's class, the baseline's. */
    ANSWERS("answers"),
    /** Mean IoU of masks, summed up in millionths: variant, baseline. */
    MASK_AGREEMENT("maskAgreement"),
    /** Ratios of times: variant, baseline, bucket of {@link Ratios}. */
    RATIO("ratio"),
    /** Answers with feedback: variant, whether they were right. */
    RIGHT("right"),
    /** Pairs with feedback by who was right: variant, baseline, cell. */
    CELL("cell"),
    /** Mean IoU with the right masks, summed up in millionths: variant. */
    IOU("iou"),
    /** Differences of the mean IoU, summed up in millionths: variant, baseline. */
    IOU_DIFFERENCE("iouDifference"),
    /** Their squares, summed up in millionths: variant, baseline. */
    IOU_SQUARES("iouSquares");

    private final String first;

    CountName(String first) {
        this.first = first;
    }

    String of(Object... parts) {
        return Stream.concat(Stream.of(first), Arrays.stream(parts))
                .map(String::valueOf)
                .collect(Collectors.joining("/"));
    }
}
