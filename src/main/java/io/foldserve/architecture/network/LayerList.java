package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Layer;
import io.foldserve.architecture.build.LayerKind;
import io.foldserve.architecture.build.Network;
import io.foldserve.declaration.JsonSchema;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import io.foldserve.declaration.ValueType;
import io.foldserve.declaration.ValueTypes;
import io.foldserve.problem.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network declared layer by layer, as {@code torch.nn.Sequential} lists them: {@code {layers: […]}}. A layer is its
 * kind, or a map from its kind to its options: {@code [{conv: {out: 32, kernel: 3}}, batchNorm, relu]}; see
 * {@link LayerKind} for both.
 *
 * <p>Tensors are named as a Sequential names them: by the layer's place in the list, from 0 ({@code 0.weight}), or by
 * the layer's option {@code name}, after the network's option {@code prefix} and a dot if there is one.
 */
public final class LayerList {
    /** The layers in the order in which they are applied. */
    public static final Key<List<?>> LAYERS = Key.required(
            "layers",
            layers(),
            "Lists the layers in the order in which they are applied: a kind, or a kind and its options.",
            "[{ conv: { out: 32, kernel: 3 } }, batchNorm, relu]");

    private static final Key<String> PREFIX = Key.optional(
            "prefix",
            ValueTypes.text(LayerKind.PATH_RULE, LayerKind.PATH),
            "none",
            "Says what stands, with a dot, in front of all layers' names.",
            "features");

    /** Whether nobody has compared the list with the network's code yet. */
    public static final Key<Boolean> GUESSED = Key.of(
            "guessed",
            ValueTypes.flag(),
            false,
            "Is true in a list that init made of a checkpoint's tensors, until someone has compared it with the "
                    + "network's code; until then it is not served.",
            "true");

    // The tensors of a wrong list may fit all the same: nothing else would tell.
    private static final String UNCHECKED =
            "the layers are listed in the order of the file, a guess that is proved against nothing; answer every "
                    + "question in the list and compare it with the network's code, then write guessed: false";

    /** The options of a list of layers. */
    public static final Keys KEYS = Keys.of(LAYERS, PREFIX, GUESSED);

    private static final String LAYER = "a kind of layer, or a map from one kind to its options";

    private final Problems problems;
    private final NavigableSet<String> names;
    private final NavigableSet<String> paths = new TreeSet<>(Set.of("image", "logits"));

    private LayerList(Problems problems, NavigableSet<String> names) {
        this.problems = problems;
        this.names = names;
    }

    private static ValueType<List<?>> layers() {
        Map<String, Object> mappings = new LinkedHashMap<>();
        LayerKind.KINDS.forEach((name, kind) -> mappings.put(
                name,
                JsonSchema.and(
                        JsonSchema.of("description", kind.meaning()),
                        kind.keys().schema())));
        Map<String, Object> mapping = JsonSchema.and(
                JsonSchema.of("type", "object", "properties", mappings),
                JsonSchema.of("additionalProperties", false, "minProperties", 1, "maxProperties", 1));
        List<String> complete = LayerKind.KINDS.entrySet().stream()
                .filter(kind -> kind.getValue().isComplete())
                .map(Map.Entry::getKey)
                .toList();
        Map<String, Object> layer = JsonSchema.of("anyOf", List.of(JsonSchema.of("enum", complete), mapping));
        return ValueTypes.of(
                "a list",
                declared -> declared instanceof List<?> list ? Optional.of(list) : Optional.empty(),
                JsonSchema.of("type", "array", "items", layer));
    }

    /** One layer at its path. */
    private record Place(String path, Layer layer) {}

    /** Reads the layers that {@code section} declares. */
    public static Network read(Section section, Problems problems) {
        String prefix = section.find(PREFIX).map(text -> text + ".").orElse("");
        List<?> declared = section.find(LAYERS).orElse(List.of());
        if (section.read(GUESSED)) {
            section.problem(GUESSED.name(), UNCHECKED);
        }
        LayerList list = new LayerList(problems, names(prefix, declared));
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

    /** The names that layers are given. */
    private static NavigableSet<String> names(String prefix, List<?> layers) {
        NavigableSet<String> names = new TreeSet<>();
        for (Object layer : layers) {
            for (Object options : mapOf(layer).values()) {
                if (mapOf(options).get(LayerKind.NAME.name()) instanceof String name) {
                    names.add(prefix + name);
                }
            }
        }
        return names;
    }

    private void place(String prefix, int index, @Nullable Object declared, List<Place> places) {
        String where = "layers[" + index + "]";
        Map<?, ?> layer = declared instanceof String kind ? Map.of(kind, Map.of()) : mapOf(declared);
        if (layer.size() != 1) {
            problems.add("%s: expected %s, found %s".formatted(where, LAYER, Section.print(declared)));
            return;
        }
        String name = String.valueOf(layer.keySet().iterator().next());
        LayerKind kind = LayerKind.KINDS.get(name);
        Object options = layer.values().iterator().next();
        if (kind == null) {
            problems.add("%s: unknown kind of layer \"%s\"; known are %s"
                    .formatted(where, name, String.join(", ", LayerKind.KINDS.keySet())));
        } else if (!(options instanceof Map)) {
            problems.add("%s.%s: expected a map of options, found %s".formatted(where, name, Section.print(options)));
        } else {
            Section own = new Section(where + "." + name, named(mapOf(options)), kind.keys(), problems);
            String path =
                    isCrowdedOut(prefix + index, kind, own) ? prefix + index + "/" + name : path(prefix, index, own);
            places.add(new Place(path, kind.read(own)));
        }
    }

    /** True if another layer's name is the place of this one, which has no tensors and so needs no name of its own. */
    private boolean isCrowdedOut(String place, LayerKind kind, Section own) {
        return !kind.stored() && !own.has(LayerKind.NAME) && (names.contains(place) || hasInside(names, place));
    }

    private String path(String prefix, int index, Section own) {
        String path = prefix + own.find(LayerKind.NAME).orElse(Integer.toString(index));
        boolean nested = isInside(paths, path) || hasInside(paths, path);
        if (!paths.add(path) || nested) {
            problems.add("layers[%d]: the name %s is that of another layer, or inside it, or reserved"
                    .formatted(index, path));
        }
        return path;
    }

    /** Whether one of {@code paths} goes on from {@code path}: the sorted first that could be one is. */
    private static boolean hasInside(NavigableSet<String> paths, String path) {
        String next = paths.ceiling(path + ".");
        return next != null && next.startsWith(path + ".");
    }

    /** Whether {@code path} goes on from one of {@code paths}. */
    private static boolean isInside(Set<String> paths, String path) {
        return IntStream.range(0, path.length())
                .anyMatch(at -> path.charAt(at) == '.' && paths.contains(path.substring(0, at)));
    }

    private static Map<?, ?> mapOf(@Nullable Object declared) {
        return declared instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Map<String, @Nullable Object> named(Map<?, ?> options) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        options.forEach((key, value) -> named.put(String.valueOf(key), value));
        return named;
    }
}
