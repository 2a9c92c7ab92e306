package io.foldserve.task;

import java.util.Optional;

/** The size in which a segmentation's mask is answered. */
public enum MaskSize {
    /** The network's input: the picture as it was resized and cropped. */
    NETWORK,
    /** The picture that was sent, after it was set upright where that is declared. */
    INPUT;

    /** Why a model of this kind and preprocessing has no mask of this size, if it has none. */
    public Optional<String> whyNot(TaskKind kind, Preprocessing preprocessing) {
        if (kind != TaskKind.SEGMENTATION) {
            return Optional.of("only a segmentation has a mask; leave maskSize out");
        }
        if (this == INPUT && preprocessing.centerCrop()) {
            return Optional.of(
                    "a mask in the size of the picture is impossible beside crop: center, because the network never"
                            + " sees what lies outside the crop, so that no class is known there; leave maskSize at"
                            + " network");
        }
        return Optional.empty();
    }
}
