package io.foldserve.architecture.convention;

import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.OptionHints;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A checkpoint's tensors on their way into a network: each is asked for by name and shape, and what nothing asked for
 * is left over, which is a problem like a missing or a mis-shaped one. Not thread-safe.
 */
public final class StoredWeights {
    private static final Set<String> DO_CONV = Set.of("W", "D", "d_diag", "D_diag");

    private final StoredTensors checkpoint;
    private final Problems problems;
    private final OptionHints hints;
    private final Set<String> taken = new LinkedHashSet<>();
    private final Map<String, String> missing = new LinkedHashMap<>();
    private final Map<String, String> misShaped = new LinkedHashMap<>();
    private final Map<String, String> leftOver = new LinkedHashMap<>();

    /**
     * Hands out the tensors of {@code checkpoint}; what does not fit goes to {@code problems}, remedies to {@code
     * hints}.
     */
    public StoredWeights(StoredTensors checkpoint, Problems problems, OptionHints hints) {
        this.checkpoint = checkpoint;
        this.problems = problems;
        this.hints = hints;
    }

    /**
     * True if the rows of every D are in the order that PyTorch's version of DO-Conv pairs with channels, not the
     * paper's.
     */
    public boolean pairsLikePyTorch() {
        return checkpoint.framework() == Framework.PYTORCH;
    }

    /** The framework that the network was trained with. */
    public Framework framework() {
        return checkpoint.framework();
    }

    /** True if the checkpoint holds {@code key}. */
    public boolean holds(String key) {
        return checkpoint.find(key).isPresent();
    }

    /** The shape of {@code key} as stored. */
    public Optional<Shape> shape(String key) {
        return checkpoint.find(key).map(StoredTensor::shape);
    }

    /**
     * The tensor {@code key} as float32, which is what loading into a PyTorch module makes of it; empty, and a problem,
     * if it is missing, no floating-point tensor, or not of the {@code expected} shape.
     */
    public Optional<Tensor> take(String key, List<Extent> expected) {
        taken.add(key);
        Optional<StoredTensor> stored = checkpoint.find(key);
        if (stored.isEmpty()) {
            String problem = "%s is missing, the architecture says %s".formatted(key, Extent.print(expected));
            missing.put(key, problem);
            problems.add(problem);
            return Optional.empty();
        }
        StoredTensor tensor =
                stored.get().as(expected.stream().map(Extent::value).toList());
        if (!tensor.dtype().isFloating()) {
            problems.add("%s holds %s, expected floating-point numbers".formatted(key, tensor.dtype()));
            return Optional.empty();
        }
        if (!fits(tensor.shape(), expected)) {
            String problem = "%s is %s, the architecture says %s%s"
                    .formatted(key, tensor.shape(), Extent.print(expected), remedy(tensor.shape(), expected));
            misShaped.put(key, problem);
            problems.add(problem);
            return Optional.empty();
        }
        expected.forEach(extent -> hints.confirm(extent.option()));
        return Optional.of(tensor.elements().get().toFloat32());
    }

    /** Notes that the checkpoint would fit if {@code option} were {@code value}. */
    public void propose(String option, Object value) {
        hints.propose(option, value);
    }

    /** Drops every tensor below {@code prefix} and returns their names. */
    public List<String> drop(String prefix) {
        List<String> dropped = checkpoint.byName().keySet().stream()
                .filter(key -> key.startsWith(prefix + "."))
                .toList();
        taken.addAll(dropped);
        return dropped;
    }

    /**
     * Adds a problem for every tensor that nothing asked for, but for those that are known to be no part of a network;
     * see {@link #setAside()}.
     */
    public void refuseOthers() {
        others().forEach((key, tensor) -> {
            if (!SetAside.covers(key, tensor.shape())) {
                leftOver.put(key, leftOver(key));
            }
        });
        leftOver.values().forEach(problems::add);
    }

    /** What the user should know about the tensors that are no part of the network, a sentence for each reason. */
    public List<String> setAside() {
        return SetAside.notes(others());
    }

    /** The names that the network asked for, in its order. */
    public List<String> asked() {
        return List.copyOf(taken);
    }

    /** The problems of the tensors that the network asked for and did not find, by name. */
    public Map<String, String> missing() {
        return Collections.unmodifiableMap(missing);
    }

    /** The problems of the tensors that have another shape than the network asked for, by name. */
    public Map<String, String> misShaped() {
        return Collections.unmodifiableMap(misShaped);
    }

    /** The problems of the tensors that the network did not ask for, by name. */
    public Map<String, String> leftOver() {
        return Collections.unmodifiableMap(leftOver);
    }

    private Map<String, StoredTensor> others() {
        Map<String, StoredTensor> others = new LinkedHashMap<>(checkpoint.byName());
        others.keySet().removeAll(taken);
        return others;
    }

    private String leftOver(String key) {
        String plain = key.substring(0, key.length() - last(key).length()) + "weight";
        if (DO_CONV.contains(last(key)) && taken.contains(plain) && holds(plain)) {
            return "%s stands beside %s: a layer is either plain (weight) or DO-Conv (W, D)".formatted(key, plain);
        }
        return "%s (%s) is left over: the architecture has no place for it"
                .formatted(key, checkpoint.find(key).map(StoredTensor::shape).orElseThrow());
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    private static boolean fits(Shape found, List<Extent> expected) {
        return found.extents().equals(expected.stream().map(Extent::value).toList());
    }

    /** Names the options that would make the tensor fit, if options alone can. */
    private String remedy(Shape found, List<Extent> expected) {
        if (found.rank() != expected.size()) {
            return "";
        }
        TreeMap<String, Integer> settings = new TreeMap<>();
        int[] differing = IntStream.range(0, found.rank())
                .filter(axis -> found.extent(axis) != expected.get(axis).value())
                .toArray();
        for (int axis : differing) {
            String option = expected.get(axis).option();
            Integer before = settings.put(option, found.extent(axis));
            if (option.isEmpty() || hints.isConfirmed(option) || (before != null && before != found.extent(axis))) {
                return "";
            }
        }
        List<String> printed = new ArrayList<>();
        settings.forEach((option, value) -> {
            hints.propose(option, value);
            printed.add(option + ": " + value);
        });
        return ": set " + String.join(" and ", printed);
    }
}
