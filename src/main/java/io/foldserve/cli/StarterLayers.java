package io.foldserve.cli;

import io.foldserve.architecture.StoredLayer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The layers of a checkpoint that fits no known architecture, as a manifest lists them: everything that its tensors
 * say, and questions where only the network's code knows. Layers without tensors leave nothing in a checkpoint but, in
 * a {@code torch.nn.Sequential}, the gaps between its layers' numbers.
 */
final class StarterLayers {
    private static final String INDENT = "        - ";
    private static final Pattern LAYER_NAME = Pattern.compile("[\\w-]+(\\.[\\w-]+)*");

    private final List<ManifestLine> lines = new ArrayList<>();
    private int channels;
    private boolean flat;

    private StarterLayers() {}

    /** The list of {@code stored}, a line each. */
    static List<ManifestLine> of(List<StoredLayer> stored) {
        List<StoredLayer> layers = inOrder(stored);
        StarterLayers list = new StarterLayers();
        for (int i = 0; i < layers.size(); i++) {
            if (i > 0) {
                list.between(layers.get(i - 1), layers.get(i));
            }
            list.add(layers.get(i));
        }
        return list.lines;
    }

    /** True if any of {@code layers} can be declared. */
    static boolean canDeclare(List<StoredLayer> layers) {
        return layers.stream().anyMatch(StarterLayers::isDeclarable);
    }

    // The layers of a list have a name, which a tensor at the top of a file is without.
    private static boolean isDeclarable(StoredLayer layer) {
        return layer.kind() != StoredLayer.Kind.OTHER
                && LAYER_NAME.matcher(layer.path()).matches();
    }

    /** {@code layers} with those of each Sequential by their numbers, which some formats sort as text. */
    private static List<StoredLayer> inOrder(List<StoredLayer> layers) {
        List<StoredLayer> ordered = new ArrayList<>(layers);
        Map<String, List<Integer>> places = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            places.computeIfAbsent(parent(layers.get(i).path()), parent -> new ArrayList<>())
                    .add(i);
        }
        for (List<Integer> siblings : places.values()) {
            if (siblings.stream().allMatch(i -> isNumber(last(layers.get(i).path())))) {
                List<StoredLayer> sorted = siblings.stream()
                        .map(layers::get)
                        .sorted(Comparator.comparingInt(layer -> Integer.parseInt(last(layer.path()))))
                        .toList();
                for (int i = 0; i < siblings.size(); i++) {
                    ordered.set(siblings.get(i), sorted.get(i));
                }
            }
        }
        return ordered;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static boolean isNumber(String name) {
        return name.matches("\\d{1,4}");
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
        if (!isDeclarable(layer)) {
            lines.add(ManifestLine.of("        # %s: ".formatted(layer.path()), "no layer that can be declared"));
            return;
        }
        switch (layer.kind()) {
            case DO_CONV, CONVOLUTION -> {
                line("conv: " + convolution(layer), question(layer));
                channels = extent(layer, 0);
                flat = false;
            }
            case BATCH_NORM -> line("batchNorm: { " + name(layer) + " }", "epsilon, if not the framework's?");
            case LINEAR -> {
                line("linear: { out: %d%s, %s }".formatted(extent(layer, 0), bias(layer), name(layer)), "");
                channels = extent(layer, 0);
                flat = true;
            }
            case OTHER -> {}
        }
    }

    /** What stands between two layers: a vector is needed for a linear one, and a gap in their numbers is a layer. */
    private void between(StoredLayer before, StoredLayer after) {
        boolean flattened = after.kind() == StoredLayer.Kind.LINEAR && !flat;
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
        boolean numbered = isNumber(last(before)) && isNumber(last(after));
        return numbered && parent(before).equals(parent(after))
                ? Math.max(0, Integer.parseInt(last(after)) - Integer.parseInt(last(before)) - 1)
                : 0;
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

    /** The padding that keeps an image's size, which most convolutions have; none for an even kernel, which cannot. */
    private static String half(String kernel) {
        String[] taps = kernel.split("×", 2);
        return half(Integer.parseInt(taps[0])) + ", " + half(Integer.parseInt(taps[1]));
    }

    private static int half(int taps) {
        return taps % 2 == 0 ? 0 : taps / 2;
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
