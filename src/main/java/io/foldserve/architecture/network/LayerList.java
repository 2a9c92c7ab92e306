package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Layer;
import io.foldserve.architecture.build.LayerKind;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.declare.Options;
import io.foldserve.problem.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A network declared layer by layer, as {@code torch.nn.Sequential} lists them: {@code {layers: […]}}. A layer is its
 * kind, or a map from its kind to its options: {@code [{conv: {out: 32, kernel: 3}}, batchNorm, relu]}; see
 * {@link LayerKind} for both.
 *
 * <p>Tensors are named as a Sequential names them: by the layer's place in the list, from 0 ({@code 0.weight}), or by the
 * layer's option {@code name}, after the network's option {@code prefix} and a dot if there is one.
 */
public final class LayerList {
    private static final Pattern NAME = Pattern.compile("\\w+(\\.\\w+)*");

    private final Problems problems;
    private final Set<String> paths = new HashSet<>(Set.of("image", "logits"));

    private LayerList(Problems problems) {
        this.problems = problems;
    }

    /** One layer at its path. */
    private record Place(String path, Layer layer) {}

    /** Reads the options {@code layers} and {@code prefix}. */
    public static Network read(Options options, Problems problems) {
        LayerList list = new LayerList(problems);
        Optional<String> declaredPrefix = options.text("prefix");
        if (declaredPrefix.isPresent() && !NAME.matcher(declaredPrefix.get()).matches()) {
            options.refuse("prefix", "names of letters, digits and _ joined by dots");
        }
        String prefix = declaredPrefix.map(text -> text + ".").orElse("");
        List<?> declared = options.list("layers");
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < declared.size(); i++) {
            list.place(prefix, i, declared.get(i), places);
        }
        return (net, image) -> {
            Activation x = image;
            for (Place place : places) {
                x = place.layer().add(net, place.path(), x);
            }
            if (x.equals(image)) {
                net.refuse("the layers do nothing: declare at least one that computes something");
            }
            return x;
        };
    }

    private void place(String prefix, int index, Object declared, List<Place> places) {
        String where = "layers[" + index + "]";
        Map<?, ?> layer = declared instanceof String kind ? Map.of(kind, Map.of()) : mapOf(declared);
        if (layer.size() != 1) {
            problems.add("%s: expected a kind of layer, or a map from one kind to its options, found %s"
                    .formatted(where, declared));
            return;
        }
        String kind = String.valueOf(layer.keySet().iterator().next());
        Object options = layer.values().iterator().next();
        if (!LayerKind.KINDS.containsKey(kind)) {
            problems.add("%s: unknown kind of layer \"%s\"; known are %s"
                    .formatted(where, kind, String.join(", ", LayerKind.KINDS.keySet())));
        } else if (!(options instanceof Map)) {
            problems.add("%s.%s: expected a map of options, found %s".formatted(where, kind, options));
        } else {
            Options own = new Options(where + "." + kind, mapOf(options), problems);
            String path = path(prefix, index, own);
            places.add(new Place(path, LayerKind.KINDS.get(kind).read(own)));
            own.refuseOthers();
        }
    }

    private String path(String prefix, int index, Options own) {
        String name = own.text("name").orElse(Integer.toString(index));
        String path = prefix + name;
        if (!NAME.matcher(name).matches()) {
            own.refuse("name", "names of letters, digits and _ joined by dots");
        }
        boolean inside = paths.stream().anyMatch(other -> path.startsWith(other + ".") || other.startsWith(path + "."));
        if (!paths.add(path) || inside) {
            problems.add("layers[%d]: the name %s is that of another layer, or inside it, or reserved"
                    .formatted(index, path));
        }
        return path;
    }

    private static Map<?, ?> mapOf(Object declared) {
        return declared instanceof Map<?, ?> map ? map : Map.of();
    }
}
