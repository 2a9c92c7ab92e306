package io.foldserve.cli;

import io.foldserve.architecture.StoredLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The layers of a checkpoint that fits no known architecture, as a manifest lists them: everything that its tensors say, and
 * questions where only the network's code knows. Layers without tensors leave nothing in a checkpoint but, in a
 * {@code torch.nn.Sequential}, the gaps between its layers' numbers.
 */
final class StarterLayers {
    private static final String INDENT = "        - ";

    private final List<ManifestLine> lines = new ArrayList<>();
    private int channels;

    private StarterLayers() {}

    /** The list of {@code layers}, a line each. */
    static List<ManifestLine> of(List<StoredLayer> layers) {
        StarterLayers list = new StarterLayers();
        for (int i = 0; i < layers.size(); i++) {
            if (i > 0) {
                list.between(layers.get(i - 1), layers.get(i));
            }
            list.add(layers.get(i));
        }
        return list.lines;
    }

    /** The channels of the image that the first convolution of {@code layers} reads, if there is one. */
    static OptionalInt channels(List<StoredLayer> layers) {
        return layers.stream()
                .filter(StarterLayers::convolves)
                .limit(1)
                .mapToInt(layer -> extent(layer, 1) * layer.groups().orElse(1))
                .findFirst();
    }

    private static boolean convolves(StoredLayer layer) {
        return layer.kind() == StoredLayer.Kind.DO_CONV || layer.kind() == StoredLayer.Kind.CONVOLUTION;
    }

    private void add(StoredLayer layer) {
        switch (layer.kind()) {
            case DO_CONV, CONVOLUTION -> {
                line("conv: " + convolution(layer), question(layer));
                channels = extent(layer, 0);
            }
            case BATCH_NORM -> line("batchNorm: { " + name(layer) + " }", "epsilon, if not the framework's?");
            case LINEAR -> {
                line("linear: { out: %d%s, %s }".formatted(extent(layer, 0), bias(layer), name(layer)), "");
                channels = extent(layer, 0);
            }
            case OTHER ->
                lines.add(ManifestLine.of("        # %s: ".formatted(layer.path()), "no layer that can be declared"));
        }
    }

    /** What stands between two layers: a vector is needed for a linear one, and a gap in their numbers is a layer. */
    private void between(StoredLayer before, StoredLayer after) {
        boolean flattened = after.kind() == StoredLayer.Kind.LINEAR && before.kind() != StoredLayer.Kind.LINEAR;
        boolean averaged = flattened && extent(after, 1) == channels;
        int gap = gap(before.path(), after.path()) - (flattened ? 1 : 0) - (averaged ? 1 : 0);
        for (int i = 0; i < gap; i++) {
            line("relu", "or which layer without tensors stands here?");
        }
        if (averaged) {
            line("adaptiveAvgPool: { output: 1 }", "");
        }
        if (flattened) {
            String positions = averaged || channels == 0
                    ? ""
                    : "of %d positions: after which poolings?".formatted(extent(after, 1) / channels);
            line("flatten", positions);
        }
    }

    /** How many numbers are left out between two layers of one Sequential. */
    private static int gap(String before, String after) {
        int dot = before.lastIndexOf('.');
        boolean siblings =
                dot == after.lastIndexOf('.') && before.substring(0, dot + 1).equals(after.substring(0, dot + 1));
        String first = before.substring(dot + 1);
        String second = after.substring(after.lastIndexOf('.') + 1);
        boolean numbered = first.matches("\\d{1,4}") && second.matches("\\d{1,4}");
        return siblings && numbered ? Math.max(0, Integer.parseInt(second) - Integer.parseInt(first) - 1) : 0;
    }

    private void line(String text, String question) {
        lines.add(new ManifestLine(INDENT, text, "", question));
    }

    private String convolution(StoredLayer layer) {
        String kernel = layer.kernel().orElse("1×1");
        String padding = half(kernel);
        return "{ out: %d, kernel: [%s]%s%s%s, %s }"
                .formatted(
                        extent(layer, 0),
                        kernel.replace("×", ", "),
                        padding.equals("0, 0") ? "" : ", padding: [" + padding + "]",
                        groups(layer),
                        bias(layer),
                        name(layer));
    }

    /** The padding that keeps an image's size, which most convolutions have. */
    private static String half(String kernel) {
        String[] taps = kernel.split("×", 2);
        return Integer.parseInt(taps[0]) / 2 + ", " + Integer.parseInt(taps[1]) / 2;
    }

    private String groups(StoredLayer layer) {
        int groups = layer.groups().orElseGet(() -> groupsOf(extent(layer, 1), extent(layer, 0)));
        return groups == 1 ? "" : ", groups: " + groups;
    }

    /** As many groups as turn the channels before a layer into those of one of its groups, if any number does. */
    private int groupsOf(int inputs, int outputs) {
        boolean divides = inputs > 0 && channels % inputs == 0 && channels > 0;
        int groups = divides ? channels / inputs : 1;
        return outputs % groups == 0 ? groups : 1;
    }

    private static String bias(StoredLayer layer) {
        return layer.biased() ? "" : ", bias: false";
    }

    /** Quoted, since a Sequential's names are numbers. */
    private static String name(StoredLayer layer) {
        return "name: \"" + layer.path() + "\"";
    }

    private static int extent(StoredLayer layer, int axis) {
        return layer.weights().map(shape -> shape.extent(axis)).orElse(0);
    }

    private static String question(StoredLayer layer) {
        return layer.isKernelOpen()
                ? "stride, padding, paddingMode, dilation? and is that the kernel's shape?"
                : "stride, padding, paddingMode, dilation" + (layer.groups().isPresent() ? "?" : ", groups?");
    }
}
