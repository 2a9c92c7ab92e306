package io.foldserve.task;

/** What a model does with a picture. */
public enum TaskKind {
    /** One class for the picture. */
    CLASSIFICATION,
    /** One class for each pixel. */
    SEGMENTATION
}
