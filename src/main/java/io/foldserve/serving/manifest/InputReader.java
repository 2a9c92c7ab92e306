package io.foldserve.serving.manifest;

import io.foldserve.declaration.Key;
import io.foldserve.declaration.Section;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.serving.manifest.ManifestKeys.Crop;
import io.foldserve.task.Colour;
import io.foldserve.task.Orientation;
import io.foldserve.task.PixelScale;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.Resize;
import io.foldserve.task.image.Interpolation;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Reads the {@code input} section of a manifest, whose keys {@link ManifestKeys} describes. */
final class InputReader {
    private final Section input;
    private final Problems problems;
    private final int before;

    /** Reads {@code input}; what is wrong goes to {@code problems}, which held {@code before} when it was opened. */
    InputReader(Section input, Problems problems, int before) {
        this.input = input;
        this.problems = problems;
        this.before = before;
    }

    /** The declared preprocessing, or empty if anything about it was added to the problems. */
    Optional<Preprocessing> read() {
        Optional<Integer> width = input.find(ManifestKeys.WIDTH);
        Optional<Integer> height = input.find(ManifestKeys.HEIGHT);
        Colour colour = input.read(ManifestKeys.COLOUR);
        Optional<Resize> resize = input.inside(ManifestKeys.RESIZE, ManifestKeys.RESIZES)
                .map(section -> resize(section, width.orElse(1), height.orElse(1)));
        Interpolation interpolation = input.read(ManifestKeys.INTERPOLATION);
        boolean antialias = input.read(ManifestKeys.ANTIALIAS);
        boolean crop = input.read(ManifestKeys.CROP) == Crop.CENTER;
        List<Double> mean = perChannel(ManifestKeys.MEAN, "finite numbers", colour.channels(), 0.0, number -> true);
        List<Double> std =
                perChannel(ManifestKeys.STD, "positive numbers", colour.channels(), 1.0, number -> number > 0);
        Optional<Double> scale = input.find(ManifestKeys.SCALE);
        Orientation orientation = input.read(ManifestKeys.ORIENTATION);
        if (problems.found().size() > before) {
            return Optional.empty();
        }
        return whole(() -> new Preprocessing(
                width.orElseThrow(),
                height.orElseThrow(),
                colour,
                resize.orElseGet(() -> unsaid(crop, width.orElseThrow(), height.orElseThrow())),
                interpolation,
                crop,
                mean,
                std,
                scale(scale, mean, std),
                orientation,
                antialias));
    }

    private static double scale(Optional<Double> declared, List<Double> mean, List<Double> std) {
        declared.ifPresent(scale -> PixelScale.expect(scale, mean));
        return declared.orElseGet(() -> PixelScale.of(mean, std));
    }

    /** Values that are fine each may still not fit together. */
    private Optional<Preprocessing> whole(Supplier<Preprocessing> made) {
        try {
            return Optional.of(made.get());
        } catch (InvalidInputException e) {
            problems.addAll("input", e);
            return Optional.empty();
        }
    }

    /**
     * A picture of any size is answered, also where nothing is said: a crop takes its middle, or else it is resized.
     */
    private static Resize unsaid(boolean crop, int width, int height) {
        return crop ? new Resize.None() : new Resize.Exact(width, height);
    }

    /** The resizing to a network of {@code networkWidth × networkHeight}; none where a problem was found. */
    private static Resize resize(Section resize, int networkWidth, int networkHeight) {
        if (resize.knows(ManifestKeys.SHORTER_SIDE)) {
            Optional<Integer> side = resize.find(ManifestKeys.SHORTER_SIDE);
            return side.<Resize>map(Resize.ShorterSide::new).orElse(new Resize.None());
        }
        if (resize.knows(ManifestKeys.LONGER_SIDE)) {
            Optional<Integer> side = resize.find(ManifestKeys.LONGER_SIDE);
            return side.<Resize>map(Resize.LongerSide::new).orElse(new Resize.None());
        }
        if (resize.knows(ManifestKeys.LETTERBOX)) {
            Optional<Integer> fill = resize.find(ManifestKeys.LETTERBOX);
            return fill.<Resize>map(grey -> new Resize.Letterbox(networkWidth, networkHeight, grey))
                    .orElse(new Resize.None());
        }
        Optional<Integer> width = resize.find(ManifestKeys.RESIZE_WIDTH);
        Optional<Integer> height = resize.find(ManifestKeys.RESIZE_HEIGHT);
        return width.isPresent() && height.isPresent()
                ? new Resize.Exact(width.orElseThrow(), height.orElseThrow())
                : new Resize.None();
    }

    private List<Double> perChannel(
            Key<List<Double>> key, String what, int channels, double absent, Predicate<Double> accepted) {
        Optional<List<Double>> numbers = input.find(key);
        Optional<List<Double>> fitting = numbers.filter(
                found -> found.size() == channels && found.stream().allMatch(accepted));
        if (numbers.isPresent() && fitting.isEmpty()) {
            input.refuse(key, "a list of %d %s, one per channel".formatted(channels, what));
        }
        return fitting.orElse(Collections.nCopies(channels, absent));
    }
}
