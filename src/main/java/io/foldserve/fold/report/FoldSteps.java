package io.foldserve.fold.report;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.FoldStep;
import io.foldserve.fold.result.NodeReport;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.term.Island;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Sets the nodes of a training form beside the nodes that they became, step by step. Belongs to one fold. */
final class FoldSteps {
    /** A step and its place in the training form's order. */
    private record Placed(int place, FoldStep step) {}

    private final Graph training;
    private final Graph folded;
    private final ConstantValues constants;
    private final Map<String, Shape> trainingShapes;
    private final Map<String, Shape> foldedShapes;
    private final Map<String, Integer> places = new HashMap<>();
    private final Map<String, Island> islands = new HashMap<>();
    private final Map<String, Island> values = new HashMap<>();
    private final Set<String> kept = new HashSet<>();
    private final Set<Integer> shown = new HashSet<>();

    private FoldSteps(GraphFacts facts, IslandPlan plan, GraphFacts after) {
        this.training = facts.graph();
        this.folded = after.graph();
        this.constants = facts.constants();
        this.trainingShapes = facts.knownShapes();
        this.foldedShapes = after.knownShapes();
        for (int i = 0; i < training.nodes().size(); i++) {
            places.put(training.nodes().get(i).name(), i);
        }
        plan.islands().forEach(island -> island.nodes().forEach(node -> islands.put(node.name(), island)));
        plan.islands().forEach(island -> values.put(island.value(), island));
        folded.nodes().forEach(node -> kept.add(node.name()));
    }

    /** The steps from {@code training} by {@code plan} to {@code folded}, in execution order. */
    static List<FoldStep> of(GraphFacts training, IslandPlan plan, GraphFacts folded) {
        return new FoldSteps(training, plan, folded).list();
    }

    private List<FoldStep> list() {
        Map<String, String> groups = groups();
        Map<String, List<Node>> grouped = new LinkedHashMap<>();
        for (Node node : folded.nodes()) {
            String group = Optional.ofNullable(groups.get(node.name())).orElse(node.name());
            grouped.computeIfAbsent(group, ignored -> new ArrayList<>()).add(node);
        }
        List<Placed> steps = new ArrayList<>();
        grouped.forEach((group, nodes) -> steps.add(step(origins(group, nodes), nodes)));
        for (Node node : training.nodes()) {
            if (!shown.contains(place(node)) && !constants.computes(node)) {
                steps.add(step(Set.of(place(node)), List.of()));
            }
        }
        return steps.stream()
                .sorted(Comparator.comparingInt(Placed::place))
                .map(Placed::step)
                .toList();
    }

    /** By folded node, a name for the step that it belongs to. */
    private Map<String, String> groups() {
        Map<String, String> groups = new HashMap<>();
        for (int i = folded.nodes().size() - 1; i >= 0; i--) {
            Node node = folded.nodes().get(i);
            groups.put(node.name(), group(node, groups));
        }
        return groups;
    }

    // An island's step is called after its first operator. What an island brought in beside that makes the island's
    // value,
    // or is read by it, or (where its value is a graph output under another name) reads it.
    private String group(Node node, Map<String, String> readers) {
        Optional<Island> island = Optional.ofNullable(islands.get(node.name()));
        if (island.isPresent() || places.containsKey(node.name())) {
            return island.map(found -> found.name(0)).orElse(node.name());
        }
        return Optional.ofNullable(values.get(node.output()))
                .map(found -> found.name(0))
                .or(() -> folded.consumers(node.output()).stream()
                        .flatMap(next -> Optional.ofNullable(readers.get(next.name())).stream())
                        .findFirst())
                .or(() -> node.inputs().stream()
                        .flatMap(input -> folded.producer(input).stream())
                        .flatMap(before -> Optional.ofNullable(islands.get(before.name())).stream())
                        .map(found -> found.name(0))
                        .findFirst())
                .orElse(node.name());
    }

    /** The places of the training nodes that became {@code nodes}, the step {@code group}. */
    private Set<Integer> origins(String group, List<Node> nodes) {
        Set<Integer> origins = new TreeSet<>();
        Optional.ofNullable(islands.get(group)).ifPresent(island -> origins.addAll(placesOf(island.nodes())));
        nodes.forEach(node -> Optional.ofNullable(places.get(node.name())).ifPresent(origins::add));
        return origins;
    }

    private List<Integer> placesOf(Collection<Node> nodes) {
        return nodes.stream().map(this::place).toList();
    }

    private int place(Node node) {
        return Optional.ofNullable(places.get(node.name())).orElse(0);
    }

    private Placed step(Set<Integer> origins, List<Node> after) {
        shown.addAll(origins);
        List<Node> before =
                origins.stream().map(place -> training.nodes().get(place)).toList();
        Set<Node> programs = new LinkedHashSet<>();
        before.stream()
                .flatMap(node -> node.inputs().stream())
                .filter(constants::isComputed)
                .flatMap(value -> constants.program(value).stream())
                .filter(node -> !kept.contains(node.name()))
                .forEach(programs::add);
        List<Node> weights =
                programs.stream().sorted(Comparator.comparingInt(this::place)).toList();
        int place = before.isEmpty() ? 0 : place(before.get(before.size() - 1));
        return new Placed(
                place,
                new FoldStep(
                        reports(weights, trainingShapes),
                        reports(before, trainingShapes),
                        reports(after, foldedShapes)));
    }

    private static List<NodeReport> reports(List<Node> nodes, Map<String, Shape> shapes) {
        return nodes.stream().map(node -> NodeReports.of(node, shapes)).toList();
    }
}
