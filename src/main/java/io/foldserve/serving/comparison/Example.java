package io.foldserve.serving.comparison;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A picture of a test set, and what is right about it if that is known. Immutable.
 *
 * @param name the picture's path within the set, with {@code /} between folders
 * @param file where it is
 * @param label the right class's index
 * @param mask the file of the right class of each pixel
 */
public record Example(String name, Path file, Optional<Integer> label, Optional<Path> mask) {}
