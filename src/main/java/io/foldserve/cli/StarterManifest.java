package io.foldserve.cli;

import io.foldserve.architecture.declare.ImageSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A {@code model.yaml} for a file with a network, and perhaps for the plain network that it is compared with. What no
 * file says is a proposal with a question; every proposal is valid, so that the manifest is read as it stands.
 */
final class StarterManifest {
    private static final String HEAD =
            "# model.yaml to start from: answer the questions, put it beside the checkpoint, and add the labels";
    private static final ImageSize USUAL = new ImageSize(224, 224);

    private final StarterNetwork network;
    private final UnaryOperator<ManifestLine> answers;
    private final List<ManifestLine> lines = new ArrayList<>();

    private StarterManifest(StarterNetwork network, UnaryOperator<ManifestLine> answers) {
        this.network = network;
        this.answers = answers;
    }

    /** The manifest of {@code network}, every question open. */
    static List<ManifestLine> of(StarterNetwork network) {
        return of(network, Optional.empty(), line -> line);
    }

    /**
     * The manifest of {@code network}, with {@code plain} as the baseline if there is one.
     *
     * @param answers gives each line with a question its answer, or returns it as it is; later proposals follow from it
     */
    static List<ManifestLine> of(
            StarterNetwork network, Optional<StarterNetwork> plain, UnaryOperator<ManifestLine> answers) {
        return new StarterManifest(network, answers).write(plain);
    }

    private List<ManifestLine> write(Optional<StarterNetwork> plain) {
        lines.add(ManifestLine.of(HEAD, ""));
        String known = network.logitsRank().filter(rank -> rank == 4).isPresent() ? "segmentation" : "classification";
        String task = ask("task: ", known, "task", network.logitsRank().isPresent() ? "" : "or segmentation?");
        ask("labels: ", "labels.txt", "labels", "one label a line, in the order of the outputs: what are they?");
        input(task.equals("segmentation"));
        lines.add(ManifestLine.of("variants:", ""));
        String name = plain.isPresent() && network.variant().equals("baseline") ? "doconv" : network.variant();
        variant(name, network, plain.isPresent() ? 50 : 100);
        plain.ifPresent(other -> variant("baseline", other, 50));
        return List.copyOf(lines);
    }

    private String ask(String before, Object value, String key, String question) {
        ManifestLine line = answers.apply(ManifestLine.asked(before, value, key, question));
        lines.add(line);
        return line.value();
    }

    private void input(boolean segments) {
        int channels = network.channels();
        boolean grey = channels == 1;
        lines.add(ManifestLine.of("input:", ""));
        if (channels != 1 && channels != 3) {
            lines.add(
                    ManifestLine.of("  # the network reads %d channels, ".formatted(channels), "pictures have 1 or 3"));
        }
        size(segments);
        ask(
                "  colour: ",
                grey ? "grey" : "rgb",
                "colour",
                grey ? "" : "rgb or bgr, in which order were channels read?");
        ask("  mean: ", grey ? "[0.5]" : "[0.485, 0.456, 0.406]", "mean", "what was subtracted,");
        ask("  std: ", grey ? "[0.5]" : "[0.229, 0.224, 0.225]", "std", "and divided by, after scaling to 0…1?");
    }

    private void size(boolean segments) {
        ImageSize usual = network.size().orElse(USUAL);
        String width = ask("  width: ", usual.width(), "width", "what size was it trained or evaluated at?");
        String height = ask(
                "  height: ",
                width.equals(String.valueOf(usual.width())) ? usual.height() : width,
                "height",
                "and the height?");
        if (segments) {
            ask(
                    "  resize: ",
                    "{ width: %s, height: %s }".formatted(width, height),
                    "resize",
                    "to exactly width and height; or how were pictures resized?");
            return;
        }
        boolean imageNet = width.equals("224") && height.equals("224");
        ask(
                "  resize: ",
                "{ shorterSide: %s }".formatted(imageNet ? "256" : longer(width, height)),
                "resize",
                "or { width: w, height: h }: how were pictures resized?");
        ask("  crop: ", "center", "crop", "or none: was the middle cut out?");
    }

    /** The longer side of the network's input: a picture resized to that covers it. */
    private static String longer(String width, String height) {
        boolean numbers = width.matches("\\d{1,6}") && height.matches("\\d{1,6}");
        return numbers && Integer.parseInt(height) > Integer.parseInt(width) ? height : width;
    }

    private void variant(String name, StarterNetwork declared, int traffic) {
        lines.add(ManifestLine.of("  " + name + ":", ""));
        String file = String.valueOf(declared.file().getFileName());
        lines.add(ManifestLine.of("    checkpoint: ", quoted(file)));
        for (ManifestLine line : declared.lines()) {
            lines.add(line.key().isEmpty() ? line : answers.apply(line.under(name)));
        }
        ask("    traffic: ", traffic, name + ".traffic", "which share of the requests?");
        lines.add(ManifestLine.of("    baseline: ", name.equals("baseline")));
    }

    /** In quotes if YAML might take it for something else than text. */
    static String quoted(String text) {
        return text.matches("[A-Za-z][\\w./-]*") && !text.matches("(?i)true|false|yes|no|on|off|null|y|n")
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
