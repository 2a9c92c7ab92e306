package io.foldserve.serving.manifest;

import io.foldserve.serving.manifest.InputManifest.Colour;
import io.foldserve.serving.manifest.InputManifest.Crop;
import io.foldserve.serving.manifest.InputManifest.Filter;
import io.foldserve.serving.manifest.InputManifest.Resize;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the {@code input} section of a manifest. */
final class InputReader {
    static final int LARGEST_SIDE = 4096;

    private InputReader() {}

    /** The declared input, or empty if anything about it was added to the problems. */
    static Optional<InputManifest> read(Section section) {
        Optional<Integer> width = section.integer("width", 1, LARGEST_SIDE);
        Optional<Integer> height = section.integer("height", 1, LARGEST_SIDE);
        Optional<Colour> colour = section.choice("colour", Colour.class);
        Optional<Resize> resize = resize(section, width, height);
        int channels = colour.orElse(Colour.RGB).channels();
        List<Double> mean = perChannel(section, "mean", "finite numbers", channels, 0.0, number -> true);
        List<Double> std = perChannel(section, "std", "positive numbers", channels, 1.0, number -> number > 0);
        section.refuseOtherKeys();
        if (width.isEmpty() || height.isEmpty() || colour.isEmpty() || resize.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new InputManifest(
                width.orElseThrow(), height.orElseThrow(), colour.orElseThrow(), resize.orElseThrow(), mean, std));
    }

    private static Optional<Resize> resize(Section input, Optional<Integer> width, Optional<Integer> height) {
        Optional<Crop> crop = input.optionalChoice("crop", Crop.class);
        Optional<Section> resize = input.optionalSection("resize");
        Optional<Filter> filter = resize.flatMap(section -> section.optionalChoice("filter", Filter.class));
        Optional<Integer> shorterSide =
                resize.flatMap(section -> section.optionalInteger("shorterSide", 1, LARGEST_SIDE));
        resize.ifPresent(Section::refuseOtherKeys);
        if (crop.isPresent() != shorterSide.isPresent()) {
            input.problem("crop", "expected crop: center together with resize.shorterSide, or neither of them");
            return Optional.empty();
        }
        int needed = Math.max(width.orElse(0), height.orElse(0));
        if (shorterSide.isPresent() && shorterSide.orElseThrow() < needed) {
            input.problem(
                    "resize.shorterSide",
                    "expected at least %d, the input's longer side, found %d"
                            .formatted(needed, shorterSide.orElseThrow()));
            return Optional.empty();
        }
        return Optional.of(new Resize(shorterSide, filter.orElse(Filter.BILINEAR)));
    }

    private static List<Double> perChannel(
            Section input, String key, String what, int channels, double absent, Predicate<Double> accepted) {
        return input.optionalNumbers(
                        key,
                        "a list of %d %s, one per channel".formatted(channels, what),
                        numbers ->
                                numbers.size() == channels && numbers.stream().allMatch(accepted))
                .orElse(Collections.nCopies(channels, absent));
    }
}
