package io.foldserve.checkpoint.tensorflow;

import io.foldserve.checkpoint.base.MemoryBudget;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * The objects behind a checkpoint of {@code tf.train.Checkpoint} (TensorFlow,
 * {@code core/protobuf/trackable_object_graph.proto}): which object holds which under which attribute, and under what
 * each variable is filed.
 *
 * <p>What a variable is filed under is only one of the ways to it: Keras 3's are filed under the optimizer, which lists
 * them too. So names are found here again, along ways that lead past optimizers. Not thread-safe.
 */
final class ObjectGraph {
    /** Where the graph is in the index. */
    static final String KEY = "_CHECKPOINTABLE_OBJECT_GRAPH";

    /** What belongs to training, to saving or to random numbers, and not to the network. */
    private static final Set<String> STATE = Set.of(
            "optimizer", "_optimizer", "save_counter", "keras_api", "seed_generator", "_seed_generators", "_metrics");

    private static final Set<String> ITERATIONS = Set.of("iter", "_iterations");
    private static final Set<String> RATES = Set.of("learning_rate", "_learning_rate");

    /** Keras's lists of layers: a way through one says a layer's place and not its name. */
    private static final Pattern BY_PLACE =
            Pattern.compile("(^|.*/)(_operations|_layers|layer-\\d+|layer_with_weights-\\d+)(/.*|$)");

    private static final Pattern OUTPUT = Pattern.compile(":\\d+$");
    private static final long COST = 64;

    private final MemoryBudget budget;
    private final List<Item> items = new ArrayList<>();

    private record Child(int item, String name) {}

    private record Variable(String fullName, String key) {}

    private record Item(List<Child> children, List<Variable> variables, boolean hasSlots) {
        boolean isOptimizer() {
            return hasSlots
                    || (children.stream().anyMatch(child -> ITERATIONS.contains(child.name))
                            && children.stream().anyMatch(child -> RATES.contains(child.name)));
        }
    }

    private ObjectGraph(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * The graph in {@code message}.
     *
     * @throws InvalidInputException if it is malformed, or larger than {@code budget} allows
     */
    static ObjectGraph read(ByteBuffer message, MemoryBudget budget) {
        ObjectGraph graph = new ObjectGraph(budget);
        Message.walk("object graph", message, field -> {
            if (field.id() == 1) {
                graph.items.add(graph.item(field.bytes()));
            }
        });
        return graph;
    }

    private Item item(ByteBuffer message) {
        budget.charge(COST);
        List<Child> children = new ArrayList<>();
        List<Variable> variables = new ArrayList<>();
        AtomicBoolean hasSlots = new AtomicBoolean();
        Message.walk("object", message, field -> {
            budget.charge(COST + field.bytes().remaining());
            switch (field.id()) {
                case 1 -> children.add(child(field.bytes()));
                case 2 -> variables.add(variable(field.bytes()));
                case 3 -> hasSlots.set(true);
                default -> {}
            }
        });
        return new Item(children, variables, hasSlots.get());
    }

    private static Child child(ByteBuffer message) {
        int[] item = {0};
        String[] name = {""};
        Message.walk("child", message, field -> {
            if (field.id() == 1) {
                item[0] = (int) field.number();
            } else if (field.id() == 2) {
                name[0] = field.text();
            }
        });
        return new Child(item[0], name[0]);
    }

    private static Variable variable(ByteBuffer message) {
        String[] texts = {"", "", "", ""};
        Message.walk("attribute", message, field -> {
            if (field.id() < texts.length) {
                texts[field.id()] = field.text();
            }
        });
        return new Variable(texts[2], texts[3]);
    }

    /**
     * A name for each variable of the network, by what it is filed under: its attributes from the root, {@code conv/W};
     * but of a Keras network, whose attributes are only numbers, the variables' own names, {@code conv1/kernel}.
     *
     * @throws InvalidInputException if the graph refers to objects that it does not hold
     */
    Map<String, String> names() {
        Map<String, String> paths = new LinkedHashMap<>();
        Map<String, String> ownNames = new LinkedHashMap<>();
        Set<Integer> seen = new HashSet<>(Set.of(0));
        Deque<Map.Entry<Integer, String>> waiting = new ArrayDeque<>();
        waiting.add(Map.entry(0, ""));
        while (!waiting.isEmpty()) {
            Map.Entry<Integer, String> next = waiting.remove();
            Item item = item(next.getKey());
            for (Variable variable : item.variables) {
                paths.putIfAbsent(variable.key, next.getValue());
                ownNames.putIfAbsent(
                        variable.key, OUTPUT.matcher(variable.fullName).replaceFirst(""));
            }
            for (Child child : item.children) {
                if (!STATE.contains(child.name)
                        && seen.add(child.item)
                        && !item(child.item).isOptimizer()) {
                    budget.charge(COST + next.getValue().length() + child.name.length());
                    waiting.add(Map.entry(
                            child.item, next.getValue().isEmpty() ? child.name : next.getValue() + "/" + child.name));
                }
            }
        }
        boolean byPlace =
                paths.values().stream().anyMatch(path -> BY_PLACE.matcher(path).matches());
        boolean distinct = new HashSet<>(ownNames.values()).size() == ownNames.size() && !ownNames.containsValue("");
        return byPlace && distinct ? ownNames : paths;
    }

    private Item item(int number) {
        if (number < 0 || number >= items.size()) {
            throw new InvalidInputException(
                    "object graph", "refers to object %d of %d".formatted(number, items.size()));
        }
        return items.get(number);
    }
}
