package io.foldserve.serving.manifest;

/** What a model answers. */
public enum Task {
    /** One of its labels for the whole image. */
    CLASSIFICATION,
    /** One of its labels for each pixel. */
    SEGMENTATION
}
