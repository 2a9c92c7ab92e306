package io.foldserve.checkpoint.keras;

import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.hdf5.Hdf5Dataset;
import io.foldserve.checkpoint.hdf5.Hdf5Group;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The weights of an {@code .h5} file: the attribute {@code layer_names} lists the layers, each of which is a group
 * whose {@code weight_names} lists its weights, both in the network's order (Keras's
 * {@code legacy/saving/legacy_h5_format.py}).
 */
final class LayerLists {
    private static final String LAYERS = "layer_names";
    private static final String WEIGHTS = "weight_names";
    private static final String LAYERLESS = "top_level_model_weights";

    /** TensorFlow's number of an operation's output. */
    private static final Pattern OUTPUT = Pattern.compile(":\\d+$");

    private final Hdf5Group root;
    private final Collected collected;
    private final Set<String> listed = new HashSet<>();

    LayerLists(Hdf5Group root, Collected collected) {
        this.root = root;
        this.collected = collected;
    }

    /** Whether {@code root} lists layers. */
    static boolean recognises(Hdf5Group root) {
        return root.texts().containsKey(LAYERS) || root.texts().containsKey(LAYERS + "0");
    }

    /**
     * Collects every weight, in order; a weight that is listed and not there, or there and not listed, is a problem.
     */
    void read() {
        List<String> layers = new ArrayList<>(list(root, LAYERS));
        if (root.groups().containsKey(LAYERLESS)) {
            layers.add(LAYERLESS);
        }
        for (String layer : layers) {
            Optional<Hdf5Group> group = root.group(layer);
            group.ifPresentOrElse(
                    found -> read(layer, found),
                    () -> collected.problem("layer %s is listed and not there".formatted(Quoted.of(layer))));
        }
        refuseUnlisted(root);
    }

    private void read(String layer, Hdf5Group group) {
        for (String weight : list(group, WEIGHTS)) {
            Optional<Hdf5Dataset> dataset = group.dataset(weight);
            if (dataset.isEmpty()) {
                collected.problem(
                        "layer %s lists %s, which is not there".formatted(Quoted.of(layer), Quoted.of(weight)));
            } else if (listed.add(dataset.get().path())) {
                collected.add(name(layer, weight), dataset.get());
            }
        }
    }

    /**
     * Keras 3 puts the layer's name in front of the weight's; Keras 2 does unless the layer is a network. Of a
     * Sequential, and of a subclassed network, both put the network's name before that, which is taken off.
     */
    private static String name(String layer, String weight) {
        String bare = OUTPUT.matcher(weight).replaceFirst("");
        int own = bare.indexOf("/" + layer + "/");
        if (layer.equals(LAYERLESS) || bare.startsWith(layer + "/")) {
            return bare;
        }
        return own >= 0 ? bare.substring(own + 1) : layer + "/" + bare;
    }

    private void refuseUnlisted(Hdf5Group group) {
        for (Hdf5Dataset dataset : group.datasets().values()) {
            if (!listed.contains(dataset.path())) {
                collected.problem("%s is in no list of weights".formatted(Quoted.of(dataset.path())));
            }
        }
        group.groups().values().forEach(this::refuseUnlisted);
    }

    /** A list, which Keras cuts into pieces numbered from 0 where it is too long for one attribute. */
    private static List<String> list(Hdf5Group group, String attribute) {
        List<String> whole = group.texts().getOrDefault(attribute, List.of());
        List<String> pieces = new ArrayList<>(whole);
        for (int i = 0; group.texts().containsKey(attribute + i); i++) {
            pieces.addAll(group.texts().getOrDefault(attribute + i, List.of()));
        }
        return pieces;
    }
}
