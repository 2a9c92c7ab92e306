package io.foldserve.task;

/** What a model says about one picture. Immutable. */
public sealed interface Answer permits ClassificationAnswer, SegmentationAnswer {}
