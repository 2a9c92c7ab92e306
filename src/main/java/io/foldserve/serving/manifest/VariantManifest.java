package io.foldserve.serving.manifest;

import java.nio.file.Path;

/**
 * One checkpoint behind a model's name, as its manifest declares it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name the variant's name, unique in its model
 * @param checkpoint the existing checkpoint file, inside the model's folder
 * @param source what that file is, and the network that it belongs to
 * @param traffic this variant's share of the model's requests, relative to the sum over all variants; at least 0
 * @param baseline true for the variant of plain convolutions that others are compared with
 */
public record VariantManifest(String name, Path checkpoint, CheckpointSource source, int traffic, boolean baseline) {}
