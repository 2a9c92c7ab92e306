package io.foldserve.cli;

import io.foldserve.architecture.ArchitectureFit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A {@code model.yaml} for a checkpoint, and perhaps for the plain network that it is compared with. What no checkpoint
 * says is a proposal with a question; every proposal is valid, so that the manifest is read as it stands.
 */
final class StarterManifest {
    private static final String HEAD =
            "# model.yaml to start from: answer the questions, put it beside the checkpoint, and add the labels";

    private final CheckpointFile file;
    private final Optional<CheckpointFile> plain;
    private final UnaryOperator<ManifestLine> answers;
    private final Optional<ArchitectureFit> fit;
    private final int channels;
    private final List<ManifestLine> lines = new ArrayList<>();

    private StarterManifest(CheckpointFile file, Optional<CheckpointFile> plain, UnaryOperator<ManifestLine> answers) {
        this.file = file;
        this.answers = answers;
        this.plain = plain;
        this.fit = file.exactFits().stream().findFirst();
        this.channels = fit.map(StarterManifest::channels)
                .orElseGet(() -> StarterLayers.channels(file.layers()).orElse(3));
    }

    /** The manifest of {@code file}, every question open. */
    static List<ManifestLine> of(CheckpointFile file) {
        return of(file, Optional.empty(), line -> line);
    }

    /**
     * The manifest of {@code file}, with {@code plain} as the baseline if there is one.
     *
     * @param answers gives each line with a question its answer, or returns it as it is; later proposals follow from it
     */
    static List<ManifestLine> of(
            CheckpointFile file, Optional<CheckpointFile> plain, UnaryOperator<ManifestLine> answers) {
        return new StarterManifest(file, plain, answers).write();
    }

    private static int channels(ArchitectureFit fit) {
        return fit.options().get("channels") instanceof Integer channels ? channels : 3;
    }

    private List<ManifestLine> write() {
        lines.add(ManifestLine.of(HEAD, ""));
        boolean segments = fit.flatMap(ArchitectureFit::logitsRank)
                .filter(rank -> rank == 4)
                .isPresent();
        String task = segments ? "segmentation" : "classification";
        lines.add(
                fit.isPresent()
                        ? ManifestLine.of("task: ", task)
                        : ManifestLine.asked("task: ", task, "task", "or segmentation?"));
        ask("labels: ", "labels.txt", "labels", "one label a line, in the order of the outputs: what are they?");
        input(segments);
        lines.add(ManifestLine.of("variants:", ""));
        boolean doConv = file.hasPairs();
        variant(doConv || plain.isPresent() ? "doconv" : "baseline", file, plain.isPresent() ? 50 : 100, !doConv);
        plain.ifPresent(other -> variant("baseline", other, 50, true));
        return List.copyOf(lines);
    }

    private String ask(String before, Object value, String key, String question) {
        ManifestLine line = answers.apply(ManifestLine.asked(before, value, key, question));
        lines.add(line);
        return line.value();
    }

    private void input(boolean segments) {
        int size = fit.map(ArchitectureFit::name)
                        .filter(name -> name.startsWith("cifar"))
                        .isPresent()
                ? 32
                : 224;
        boolean grey = channels == 1;
        lines.add(ManifestLine.of("input:", ""));
        if (channels != 1 && channels != 3) {
            lines.add(
                    ManifestLine.of("  # the network reads %d channels, ".formatted(channels), "pictures have 1 or 3"));
        }
        String width = ask("  width: ", size, "width", "what size was it trained or evaluated at?");
        String height = ask("  height: ", width, "height", "and the height?");
        ask(
                "  colour: ",
                grey ? "grey" : "rgb",
                "colour",
                grey ? "" : "rgb or bgr, in which order were channels read?");
        if (segments) {
            ask(
                    "  resize: ",
                    "{ width: %s, height: %s }".formatted(width, height),
                    "resize",
                    "to exactly width and height; or how were pictures resized?");
        } else {
            String shorter = width.equals("224") && height.equals("224") ? "256" : shorter(width, height);
            ask(
                    "  resize: ",
                    "{ shorterSide: %s }".formatted(shorter),
                    "resize",
                    "or { width: w, height: h }: how were pictures resized?");
            ask("  crop: ", "center", "crop", "or none: was the middle cut out?");
        }
        ask("  mean: ", grey ? "[0.5]" : "[0.485, 0.456, 0.406]", "mean", "what was subtracted,");
        ask("  std: ", grey ? "[0.5]" : "[0.229, 0.224, 0.225]", "std", "and divided by, after scaling to 0…1?");
    }

    private static String shorter(String width, String height) {
        boolean numbers = width.matches("\\d{1,6}") && height.matches("\\d{1,6}");
        return numbers && Integer.parseInt(height) > Integer.parseInt(width) ? height : width;
    }

    private void variant(String name, CheckpointFile checkpoint, int traffic, boolean baseline) {
        lines.add(ManifestLine.of("  " + name + ":", ""));
        lines.add(ManifestLine.of(
                "    checkpoint: ", quoted(checkpoint.file().getFileName().toString())));
        entry(name, checkpoint);
        Optional<ArchitectureFit> best = checkpoint.exactFits().stream().findFirst();
        if (best.isPresent()) {
            named(name, checkpoint, best.get());
        } else {
            layers(checkpoint);
        }
        ask("    traffic: ", traffic, name + ".traffic", "which share of the requests?");
        lines.add(ManifestLine.of("    baseline: ", baseline));
    }

    private void entry(String name, CheckpointFile checkpoint) {
        List<String> entries = checkpoint.entries();
        if (entries.size() > 1) {
            String taken = checkpoint.entry();
            String others =
                    entries.stream().filter(other -> !other.equals(taken)).collect(Collectors.joining(", "));
            ask(
                    "    entry: ",
                    quoted(taken),
                    name + ".entry",
                    "or %s: which weights were evaluated?".formatted(others));
        }
    }

    private void named(String name, CheckpointFile checkpoint, ArchitectureFit best) {
        String others = checkpoint.exactFits().stream()
                .skip(1)
                .map(ArchitectureFit::name)
                .collect(Collectors.joining(", "));
        String network = "{ name: " + best.name() + options(best.options()) + " }";
        if (others.isEmpty()) {
            lines.add(ManifestLine.of("    architecture: ", network));
        } else {
            String question = "or, with the same tensors but other strides or dilations: " + others + "?";
            ask("    architecture: ", network, name + ".architecture", question);
        }
    }

    private static String options(Map<String, Object> options) {
        return options.entrySet().stream()
                .map(option -> ", " + option.getKey() + ": " + option.getValue())
                .collect(Collectors.joining());
    }

    private void layers(CheckpointFile checkpoint) {
        int inputs = StarterLayers.channels(checkpoint.layers()).orElse(3);
        lines.add(ManifestLine.of("    architecture:", ""));
        if (inputs != 3) {
            lines.add(ManifestLine.of("      channels: ", inputs));
        }
        lines.add(new ManifestLine(
                "      layers:", "", "", "in which order are they applied, and where are activations and poolings?"));
        lines.addAll(StarterLayers.of(checkpoint.layers()));
    }

    /** In quotes if YAML might take it for something else than text. */
    static String quoted(String text) {
        return text.matches("[A-Za-z][\\w./-]*") && !text.matches("(?i)true|false|yes|no|on|off|null|y|n")
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
