package io.foldserve.checkpoint.keras;

import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.hdf5.Hdf5Dataset;
import io.foldserve.checkpoint.hdf5.Hdf5Group;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of a {@code .weights.h5} file: the network's objects as nested groups, and in each a group {@code vars}
 * whose datasets are numbered in the order in which the layer made them (Keras's {@code saving/saving_lib.py}).
 *
 * <p>A layer in {@code layers} is filed under its class and a number, {@code conv2d_3}; its own name is an attribute of
 * its {@code vars}, and is used wherever all of a network's layers have one. The file does not say in which order
 * layers follow each other: those of one class come in order.
 */
final class ObjectTree {
    private static final String VARIABLES = "vars";
    private static final Set<String> LAYERS = Set.of("layers", "_layer_checkpoint_dependencies");

    /** State of training and of random numbers, which no network needs in order to be served. */
    private static final Set<String> STATE = Set.of("optimizer", "seed_generator");

    private static final Pattern NUMBERED = Pattern.compile("(?:(.*)_)?(\\d{1,9})");

    /**
     * {@code conv2d}, {@code conv2d_1}, {@code conv2d_2}, {@code conv2d_10}: number by number, not letter by letter.
     */
    static final Comparator<String> NATURAL = Comparator.comparing(ObjectTree::base)
            .thenComparingInt(ObjectTree::number)
            .thenComparing(name -> name);

    private final Collected collected;

    ObjectTree(Collected collected) {
        this.collected = collected;
    }

    /** Collects every weight at and below {@code root}. */
    void read(Hdf5Group root) {
        read(root, "", "");
    }

    private void read(Hdf5Group group, String name, String filedAs) {
        Hdf5Group variables = group.groups().get(VARIABLES);
        if (variables != null) {
            readVariables(variables, name, filedAs);
        }
        group.datasets().values().forEach(this::refuse);
        for (String member : sorted(group.groups())) {
            Hdf5Group child = child(group, member);
            if (STATE.contains(member)) {
                collected.ignore(child.path());
            } else if (LAYERS.contains(member)) {
                readLayers(child, name);
            } else if (!member.equals(VARIABLES)) {
                read(child, join(name, member), member);
            }
        }
    }

    private void readLayers(Hdf5Group layers, String name) {
        List<String> members = sorted(layers.groups());
        List<String> named = members.stream()
                .flatMap(member -> child(layers, member).group(VARIABLES).stream())
                .flatMap(variables -> variables.text("name").stream())
                .toList();
        boolean ownNames = named.size() == members.size() && new HashSet<>(named).size() == named.size();
        layers.datasets().values().forEach(this::refuse);
        for (int i = 0; i < members.size(); i++) {
            String member = members.get(i);
            read(child(layers, member), join(name, ownNames ? named.get(i) : member), member);
        }
    }

    private void readVariables(Hdf5Group variables, String name, String filedAs) {
        List<Hdf5Dataset> datasets = new ArrayList<>();
        for (String number : sorted(variables.datasets())) {
            Hdf5Dataset dataset = variables.datasets().get(number);
            if (dataset != null && number.equals(Integer.toString(datasets.size()))) {
                datasets.add(dataset);
            } else {
                collected.problem("%s: expected variable %d here"
                        .formatted(Quoted.of(join(variables.path(), number)), datasets.size()));
            }
        }
        variables.groups().values().forEach(group -> collected.problem(Quoted.of(group.path()) + " is no variable"));
        List<Integer> ranks = datasets.stream().map(Hdf5Dataset::rank).toList();
        List<String> names = VariableNames.of(base(filedAs), ranks);
        for (int i = 0; i < datasets.size(); i++) {
            collected.add(join(name, names.get(i)), datasets.get(i));
        }
    }

    private void refuse(Hdf5Dataset dataset) {
        collected.problem("%s is outside of any group %s".formatted(Quoted.of(dataset.path()), VARIABLES));
    }

    private static Hdf5Group child(Hdf5Group group, String member) {
        return group.group(member).orElseThrow();
    }

    private static List<String> sorted(Map<String, ?> members) {
        return members.keySet().stream().sorted(NATURAL).toList();
    }

    private static String join(String name, String member) {
        return name.isEmpty() ? member : name + "/" + member;
    }

    private static String base(String name) {
        Matcher numbered = NUMBERED.matcher(name);
        return numbered.matches() ? Objects.requireNonNullElse(numbered.group(1), "") : name;
    }

    private static int number(String name) {
        Matcher numbered = NUMBERED.matcher(name);
        return numbered.matches() ? Integer.parseInt(numbered.group(2)) : -1;
    }
}
