package io.foldserve.cli;

import io.foldserve.architecture.ArchitectureFit;
import io.foldserve.architecture.StoredLayer;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints a {@code model.yaml} for a checkpoint; what no checkpoint says is marked with a question. */
final class StarterManifest {
    private final CheckpointFile file;
    private final List<ArchitectureFit> fits;

    StarterManifest(CheckpointFile file) {
        this.file = file;
        this.fits = file.exactFits();
    }

    void print(PrintWriter out) {
        Optional<ArchitectureFit> fit = fits.stream().findFirst();
        boolean segments = fit.flatMap(ArchitectureFit::logitsRank)
                .filter(rank -> rank == 4)
                .isPresent();
        out.println(
                "# model.yaml to start from: answer the questions, put it beside the checkpoint, and add the labels");
        line(out, "task: " + (segments ? "segmentation" : "classification"), fit.isPresent() ? "" : "or segmentation?");
        line(out, "labels: labels.txt", "one label a line, in the order of the outputs: what are they?");
        out.println("input:");
        line(out, "  width: 224", "what size was it trained or evaluated at?");
        line(out, "  height: 224", "");
        line(out, "  colour: " + colour(fit), "rgb or bgr, in which order were channels read?");
        line(out, "  mean: " + perChannel(fit, "[0.485, 0.456, 0.406]", "[0.5]"), "what was subtracted,");
        line(
                out,
                "  std: " + perChannel(fit, "[0.229, 0.224, 0.225]", "[0.5]"),
                "and divided by, after scaling to 0…1?");
        out.println("variants:");
        out.println("  " + (hasPairs() ? "doconv" : "baseline") + ":");
        line(out, "    checkpoint: " + file.file().getFileName(), "");
        if (fit.isPresent()) {
            named(out, fit.get());
        } else {
            layers(out);
        }
    }

    private void named(PrintWriter out, ArchitectureFit fit) {
        String others = fits.stream().skip(1).map(ArchitectureFit::name).collect(Collectors.joining(", "));
        line(
                out,
                "    architecture: { name: " + fit.name() + options(fit) + " }",
                others.isEmpty() ? "" : "or, with the same tensors but other strides or dilations: " + others + "?");
    }

    private static String options(ArchitectureFit fit) {
        return fit.options().entrySet().stream()
                .map(option -> ", " + option.getKey() + ": " + option.getValue())
                .collect(Collectors.joining());
    }

    // Activations and poolings leave nothing in a checkpoint.
    private void layers(PrintWriter out) {
        out.println("    architecture:");
        line(out, "      layers:", "in which order are they applied, and where are activations and poolings?");
        file.layers().forEach(layer -> line(out, "        " + layer(layer), question(layer)));
    }

    private static String layer(StoredLayer layer) {
        String name = "name: " + layer.path();
        return switch (layer.kind()) {
            case DO_CONV, CONVOLUTION ->
                "- conv: { out: %d, kernel: %s%s, %s }".formatted(extent(layer, 0), kernel(layer), groups(layer), name);
            case BATCH_NORM -> "- batchNorm: { %s }".formatted(name);
            case LINEAR -> "- linear: { out: %d, %s }".formatted(extent(layer, 0), name);
            case OTHER -> "# %s: no layer that can be declared".formatted(layer.path());
        };
    }

    private static int extent(StoredLayer layer, int axis) {
        return layer.weights().map(shape -> shape.extent(axis)).orElse(0);
    }

    private static String kernel(StoredLayer layer) {
        return "[" + layer.kernel().orElse("1×1").replace("×", ", ") + "]";
    }

    private static String groups(StoredLayer layer) {
        return layer.groups().orElse(1) == 1
                ? ""
                : ", groups: " + layer.groups().getAsInt();
    }

    private static String question(StoredLayer layer) {
        return switch (layer.kind()) {
            case DO_CONV, CONVOLUTION ->
                layer.isKernelOpen()
                        ? "stride, padding, dilation? and is that the kernel's shape?"
                        : "stride, padding, dilation, groups?";
            case BATCH_NORM -> "epsilon?";
            case LINEAR, OTHER -> "";
        };
    }

    private boolean hasPairs() {
        return file.layers().stream().anyMatch(layer -> layer.kind() == StoredLayer.Kind.DO_CONV);
    }

    private static String colour(Optional<ArchitectureFit> fit) {
        return isGrey(fit) ? "grey" : "rgb";
    }

    private static String perChannel(Optional<ArchitectureFit> fit, String colour, String grey) {
        return isGrey(fit) ? grey : colour;
    }

    private static boolean isGrey(Optional<ArchitectureFit> fit) {
        return fit.filter(found -> Integer.valueOf(1).equals(found.options().get("channels")))
                .isPresent();
    }

    private static void line(PrintWriter out, String text, String question) {
        out.println(question.isEmpty() ? text : "%-44s # %s".formatted(text, question));
    }
}
