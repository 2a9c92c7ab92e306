package io.foldserve.serving.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.task.Colour;
import io.foldserve.task.PixelScale;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.Resize;
import io.foldserve.task.image.Interpolation;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Reads the {@code input} section of a manifest: {@code width} and {@code height} (required), {@code colour} (rgb, bgr or
 * grey; rgb if absent), {@code resize} ({@code {shorterSide: n}} or {@code {width: w, height: h}}; none if absent),
 * {@code interpolation} (bilinear or bicubic; bilinear), {@code crop} (center or none; none), {@code mean} and {@code std}
 * (a number per channel; 0 and 1) and {@code scale} (1/255, or 1
 * where mean and std are of pixels from 0 to 255, see {@link PixelScale}).
 */
final class InputReader {
    static final int LARGEST_SIDE = 8192;

    private final Section input;
    private final Problems problems;
    private final int before;

    private InputReader(Section input, Problems problems) {
        this.input = input;
        this.problems = problems;
        this.before = problems.found().size();
    }

    /** The declared preprocessing, or empty if anything about it was added to {@code problems}. */
    static Optional<Preprocessing> read(Section input, Problems problems) {
        return new InputReader(input, problems).read();
    }

    private Optional<Preprocessing> read() {
        Optional<Integer> width = input.integer("width", 1, LARGEST_SIDE);
        Optional<Integer> height = input.integer("height", 1, LARGEST_SIDE);
        Colour colour = input.optionalChoice("colour", Colour.class).orElse(Colour.RGB);
        Resize resize = input.optionalSection("resize").map(this::resize).orElse(new Resize.None());
        Interpolation interpolation =
                input.optionalChoice("interpolation", Interpolation.class).orElse(Interpolation.BILINEAR);
        boolean crop = input.optionalChoice("crop", Crop.class).orElse(Crop.NONE) == Crop.CENTER;
        List<Double> mean = perChannel("mean", "finite numbers", colour.channels(), 0.0, number -> true);
        List<Double> std = perChannel("std", "positive numbers", colour.channels(), 1.0, number -> number > 0);
        Optional<Double> declared = input.optional(
                        "scale", "a positive number", value -> value.isNumber() && value.doubleValue() > 0)
                .map(JsonNode::doubleValue);
        input.refuseOtherKeys();
        if (problems.found().size() > before) {
            return Optional.empty();
        }
        return whole(() -> {
            declared.ifPresent(scale -> PixelScale.expect(scale, mean));
            double scale = declared.orElseGet(() -> PixelScale.of(mean, std));
            return new Preprocessing(
                    width.orElseThrow(), height.orElseThrow(), colour, resize, interpolation, crop, mean, std, scale);
        });
    }

    private enum Crop {
        NONE,
        CENTER
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

    private Resize resize(Section resize) {
        if (resize.has("shorterSide")) {
            Optional<Integer> side = resize.integer("shorterSide", 1, LARGEST_SIDE);
            resize.refuseOtherKeys();
            return side.<Resize>map(Resize.ShorterSide::new).orElse(new Resize.None());
        }
        Optional<Integer> width = resize.integer("width", 1, LARGEST_SIDE);
        Optional<Integer> height = resize.integer("height", 1, LARGEST_SIDE);
        resize.refuseOtherKeys();
        return width.isPresent() && height.isPresent()
                ? new Resize.Exact(width.orElseThrow(), height.orElseThrow())
                : new Resize.None();
    }

    private List<Double> perChannel(String key, String what, int channels, double absent, Predicate<Double> accepted) {
        return input.optionalNumbers(
                        key,
                        "a list of %d %s, one per channel".formatted(channels, what),
                        numbers ->
                                numbers.size() == channels && numbers.stream().allMatch(accepted))
                .orElse(Collections.nCopies(channels, absent));
    }
}
