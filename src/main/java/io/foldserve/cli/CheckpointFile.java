package io.foldserve.cli;

import io.foldserve.architecture.ArchitectureFit;
import io.foldserve.architecture.ArchitectureSearch;
import io.foldserve.architecture.CheckpointSurvey;
import io.foldserve.architecture.StoredLayer;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.tensor.Shape;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A checkpoint named on the command line without any manifest: what it holds, which architectures it fits, and a
 * manifest to start from.
 *
 * @param file where it is
 * @param checkpoint what it holds
 * @param layers its layers
 * @param fits every known architecture, the best first
 */
record CheckpointFile(Path file, Checkpoint checkpoint, List<StoredLayer> layers, List<ArchitectureFit> fits) {
    private static final String ROW = "  %-40s %-13s %-18s %6s %6s  %s%n";
    private static final int MOST_DIFFERENCES = 12;

    /**
     * Reads {@code file}.
     *
     * @param entry which of its state dicts is meant, if the file must not choose
     *
     * @throws io.foldserve.problem.InvalidInputException if it is not a checkpoint that can be read
     */
    static CheckpointFile read(Path file, Optional<String> entry) {
        Checkpoint checkpoint = CheckpointReader.read(file, entry);
        return new CheckpointFile(
                file, checkpoint, CheckpointSurvey.layers(checkpoint), ArchitectureSearch.rank(checkpoint));
    }

    /** Prints everything. */
    void print(PrintWriter out) {
        out.printf(
                "%s: %d tensors with %d parameters in %s's conventions, %s%n",
                file,
                checkpoint.tensors().size(),
                CheckpointSurvey.parameters(checkpoint),
                checkpoint.framework().name().toLowerCase(Locale.ROOT),
                checkpoint.metadata());
        out.printf("  %s%n%n", summary());
        out.printf(ROW, "layer", "kind", "weights", "groups", "D_mul", "kernel");
        layers.forEach(layer -> print(out, layer));
        out.println();
        printFits(out);
        out.println();
        if (canDeclare()) {
            StarterManifest.of(StarterNetwork.of(this)).forEach(line -> out.println(line.print()));
        } else {
            out.println("no layer of it can be declared, so there is no manifest to start from");
        }
    }

    private String summary() {
        Map<StoredLayer.Kind, Integer> counts = new EnumMap<>(StoredLayer.Kind.class);
        layers.forEach(layer -> counts.merge(layer.kind(), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey().label())
                .collect(Collectors.joining(", "));
    }

    private static void print(PrintWriter out, StoredLayer layer) {
        String kernel = layer.kernel().orElse("");
        out.printf(
                ROW,
                layer.path(),
                layer.kind().label(),
                layer.weights().map(Shape::toString).orElse(""),
                layer.groups().isPresent() ? layer.groups().getAsInt() : "",
                layer.multiplier().isPresent() ? layer.multiplier().getAsInt() : "",
                layer.isKernelOpen() ? kernel + "?" : kernel);
    }

    private void printFits(PrintWriter out) {
        List<ArchitectureFit> exact = exactFits();
        if (!exact.isEmpty()) {
            exact.forEach(fit -> out.printf("fits %s%n", fit(fit)));
            return;
        }
        out.println("fits none of the known architectures");
        fits.stream()
                .findFirst()
                .filter(nearest ->
                        nearest.problems().size() < checkpoint.tensors().size())
                .ifPresent(nearest -> {
                    out.printf("nearest is %s %s, but%n", nearest.name(), nearest.options());
                    nearest.problems().stream()
                            .limit(MOST_DIFFERENCES)
                            .forEach(problem -> out.printf("  %s%n", problem));
                    int more = nearest.problems().size() - MOST_DIFFERENCES;
                    if (more > 0) {
                        out.printf("  and %d more differences%n", more);
                    }
                });
    }

    private static String fit(ArchitectureFit fit) {
        String options = fit.options().isEmpty() ? "" : " " + fit.options();
        String same = fit.alsoNamed().isEmpty()
                ? ""
                : ", which is the same network as " + String.join(" and ", fit.alsoNamed());
        return fit.name() + options + same;
    }

    /** True if a manifest can declare a network of it, or part of one. */
    boolean canDeclare() {
        return !exactFits().isEmpty() || StarterLayers.canDeclare(layers);
    }

    /** True if any layer is a DO-Conv pair. */
    boolean hasPairs() {
        return layers.stream().anyMatch(layer -> layer.kind() == StoredLayer.Kind.DO_CONV);
    }

    /** The state dict that was read; empty if the format has no choice. */
    String entry() {
        return checkpoint.metadata().getOrDefault("entry", "");
    }

    /** The state dicts that can be asked for. */
    List<String> entries() {
        String entries = checkpoint.metadata().getOrDefault("entries", "");
        return entries.isEmpty() ? List.of() : List.of(entries.split(",", -1));
    }

    /** The architectures that leave nothing over and miss nothing. */
    List<ArchitectureFit> exactFits() {
        return fits.stream().filter(ArchitectureFit::isExact).toList();
    }
}
