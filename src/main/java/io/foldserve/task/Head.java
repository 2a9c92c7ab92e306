package io.foldserve.task;

/** What the numbers at a network's output mean; {@code model.yaml} declares it with the key {@code head}. */
public enum Head {
    /** A score for each class, of which one is right: the soft-max gives probabilities, the arg-max a pixel's class. */
    SOFTMAX,
    /**
     * A score for each label by itself: the sigmoid gives its probability. A single score beside two labels is that of
     * the second; a segmentation with a single channel has its second class where the score is above 0.
     */
    SIGMOID,
    /** Probabilities: the network has its soft-max or sigmoid in it. A single channel's threshold is 0.5. */
    PROBABILITIES,
    /** The class of each pixel: the network has its arg-max or threshold in it. */
    MASK;

    /** What a single channel must exceed to mean yes: 0 for a score, 0.5 for a probability. */
    public double threshold() {
        return this == PROBABILITIES ? 0.5 : 0;
    }
}
