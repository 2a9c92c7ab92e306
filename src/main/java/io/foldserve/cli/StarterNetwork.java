package io.foldserve.cli;

import io.foldserve.architecture.ArchitectureFit;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Value;
import io.foldserve.onnx.OnnxReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a file says of its network for the manifest that is made of it.
 *
 * @param file where it is
 * @param variant what a variant of it is called
 * @param channels those of the images that the network reads
 * @param size that of the images, if the file says it
 * @param logitsRank 2 for classification, 4 for segmentation, if the file says it
 * @param lines the variant's keys that declare the network; a key that is asked begins with the variant's
 */
record StarterNetwork(
        Path file,
        String variant,
        int channels,
        Optional<ImageSize> size,
        Optional<Integer> logitsRank,
        List<ManifestLine> lines) {
    private static final int COLOURS = 3;
    private static final int IMAGE = 4;

    /** What {@code checkpoint} says. */
    static StarterNetwork of(CheckpointFile checkpoint) {
        Optional<ArchitectureFit> fit = checkpoint.exactFits().stream().findFirst();
        List<ManifestLine> lines = new ArrayList<>(entry(checkpoint));
        lines.addAll(fit.map(best -> List.of(named(checkpoint, best))).orElseGet(() -> layers(checkpoint)));
        return new StarterNetwork(
                checkpoint.file(),
                checkpoint.hasPairs() ? "doconv" : "baseline",
                fit.map(StarterNetwork::channels).orElseGet(() -> channels(checkpoint)),
                fit.filter(best -> best.name().startsWith("cifar")).map(best -> new ImageSize(32, 32)),
                fit.flatMap(ArchitectureFit::logitsRank),
                lines);
    }

    /**
     * What the ONNX file {@code file} says.
     *
     * @throws io.foldserve.problem.InvalidInputException if it cannot be read
     */
    static StarterNetwork ofOnnx(Path file) {
        Graph graph = OnnxReader.read(file);
        List<Value.Dimension> image = graph.inputs().stream()
                .flatMap(input -> input.dimensions().stream())
                .filter(dimensions -> dimensions.size() == IMAGE)
                .findFirst()
                .orElse(List.of());
        Optional<ImageSize> size = Optional.of(image)
                .filter(axes -> axes.size() == IMAGE
                        && axes.get(2).isFixed()
                        && axes.get(3).isFixed())
                .map(axes -> new ImageSize(axes.get(2).extent(), axes.get(3).extent()));
        Optional<Integer> rank = graph.outputs().stream()
                .flatMap(output -> output.dimensions().stream())
                .map(List::size)
                .findFirst();
        int channels =
                image.size() == IMAGE && image.get(1).isFixed() ? image.get(1).extent() : COLOURS;
        return new StarterNetwork(file, "exported", channels, size, rank, List.of());
    }

    private static int channels(ArchitectureFit fit) {
        return fit.options().get("channels") instanceof Integer channels ? channels : COLOURS;
    }

    private static int channels(CheckpointFile checkpoint) {
        return StarterLayers.channels(checkpoint.layers()).orElse(COLOURS);
    }

    private static List<ManifestLine> entry(CheckpointFile checkpoint) {
        String taken = checkpoint.entry();
        String others = checkpoint.entries().stream()
                .filter(other -> !other.equals(taken))
                .collect(Collectors.joining(", "));
        String question = "or %s: which weights were evaluated?".formatted(others);
        return others.isEmpty()
                ? List.of()
                : List.of(ManifestLine.asked("    entry: ", StarterManifest.quoted(taken), "entry", question));
    }

    private static ManifestLine named(CheckpointFile checkpoint, ArchitectureFit best) {
        String others = checkpoint.exactFits().stream()
                .skip(1)
                .map(ArchitectureFit::name)
                .collect(Collectors.joining(", "));
        String network = "{ name: " + best.name() + options(best.options()) + " }";
        String question = "or, with the same tensors but other strides or dilations: " + others + "?";
        return others.isEmpty()
                ? ManifestLine.of("    architecture: ", network)
                : ManifestLine.asked("    architecture: ", network, "architecture", question);
    }

    private static String options(Map<String, Object> options) {
        return options.entrySet().stream()
                .map(option -> ", " + option.getKey() + ": " + option.getValue())
                .collect(Collectors.joining());
    }

    private static List<ManifestLine> layers(CheckpointFile checkpoint) {
        List<ManifestLine> lines = new ArrayList<>(List.of(ManifestLine.of("    architecture:", "")));
        if (channels(checkpoint) != COLOURS) {
            lines.add(ManifestLine.of("      channels: ", channels(checkpoint)));
        }
        lines.add(ManifestLine.asked(
                "      guessed: ", true, "guessed", "false, once the list is compared with the network's code"));
        lines.add(new ManifestLine(
                "      layers:", "", "", "in which order are they applied, and where are activations and poolings?"));
        lines.addAll(StarterLayers.of(checkpoint.layers()));
        return lines;
    }
}
