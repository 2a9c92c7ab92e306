package io.foldserve.fold;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Finds, for every value of a training form, the exact ways in which it is a sum of terms, and what each would cost.
 *
 * <p>A value that is an output, or that no linear node computes, is a barrier: a term may read it, but not what is behind it.
 * Every other value has as many forms as there are choices of what to compose and what to compute apart, the cheapest
 * {@value #KEPT} of which are kept, and always the one that reads nothing inside the island. So a composition that does not
 * pay by itself is still there when the sum that it belongs to makes it free. A form is chosen only if nobody outside reads
 * what is inside it.
 *
 * <p>Structure and small constants only; no kernel is read. Not thread-safe; belongs to one fold.
 */
final class LinearForms {
    private static final int KEPT = 6;

    // Costs that differ by less are equal.
    static final double EQUAL = 1e-9;

    /**
     * What is known of a value.
     *
     * @param root the barrier before it
     * @param forms cheapest first, the value itself last
     * @param bill the predicted cost of every value that is computed for it since its root, itself included
     * @param best the form in which it is computed; empty if its node stays as it is
     */
    record Found(String root, List<Form> forms, Map<String, Double> bill, Optional<Form> best) {
        /** Copies the collections. */
        Found {
            forms = List.copyOf(forms);
            bill = Map.copyOf(bill);
        }
    }

    /** A form and the bill of computing a value so. */
    private record Priced(Form form, Map<String, Double> bill, double cost) {}

    // To the nanosecond, so that the order in which costs were added up decides nothing; then what takes in less. Names
    // decide between equals, so that the order in which they were found does not.
    private static final Comparator<Priced> CHEAPEST = Comparator.<Priced>comparingLong(
                    priced -> Math.round(priced.cost()))
            .thenComparing(priced -> priced.form().nodes().size())
            .thenComparing(priced -> names(priced.form()));

    private static String names(Form form) {
        return form.nodes().stream().map(Node::name).sorted().collect(Collectors.joining(" "));
    }

    private final Graph graph;
    private final ConstantValues constants;
    private final ValueShapes shapes;
    private final ValueTypes types;
    private final LiftLinear lift;
    private final IslandCost costs;
    private final IslandRefusals refusals;
    private final ComposedForms composed;
    private final JoinedForms joined;
    private final TileForms tiles;
    private final UnaryOperator<List<Form>> order;
    private final Map<String, Found> found = new HashMap<>();

    private LinearForms(
            Graph graph,
            ConstantValues constants,
            ValueShapes shapes,
            CostModel model,
            UnaryOperator<List<Form>> order) {
        this.graph = graph;
        this.order = order;
        this.constants = constants;
        this.shapes = shapes;
        this.types = ValueTypes.of(graph);
        this.lift = new LiftLinear(graph, constants, shapes);
        this.costs = new IslandCost(model, shapes.typical());
        this.refusals = new IslandRefusals(graph, this, lift, costs);
        this.composed = new ComposedForms(
                graph,
                this,
                lift,
                new CommuteAverage(constants, shapes),
                new CommuteView(constants, shapes),
                shapes,
                refusals);
        this.joined = new JoinedForms(this, shapes, refusals);
        this.tiles = new TileForms(graph, constants, shapes, this, refusals);
    }

    /**
     * Finds the forms of all values of {@code graph} that depend on data, at the prices of {@code model}.
     *
     * @param order in which to try the forms of a value, which does not change the result
     */
    static LinearForms of(
            Graph graph,
            ConstantValues constants,
            ValueShapes shapes,
            CostModel model,
            UnaryOperator<List<Form>> order) {
        LinearForms forms = new LinearForms(graph, constants, shapes, model, order);
        graph.nodes().stream()
                .filter(node -> graph.understands(node) && !constants.computes(node))
                .forEach(forms::visit);
        return forms;
    }

    /** What was found of {@code value}, if a node computes it that is linear in one value. */
    Optional<Found> find(String value) {
        return Optional.ofNullable(found.get(value));
    }

    /** Why the node {@code node}, which stays, was not composed with what is before it, if there is anything to say. */
    Optional<Declined> refusal(Node node) {
        return refusals.of(node);
    }

    /** True when some value could be computed in another way than by the rules on layers. */
    boolean hasChoice() {
        return found.entrySet().stream().anyMatch(entry -> {
            Node node = graph.producer(entry.getKey()).orElseThrow();
            return entry.getValue().forms().stream()
                    .anyMatch(form -> form.nodes().size() > 1 && !form.ordinary() && isClosed(form, node));
        });
    }

    /** {@code form}, which ends in {@code node}, took longer when it was timed than what it stands for. */
    void timed(Node node, Form form, double together, double apart) {
        refusals.timed(node, form, together, apart);
    }

    /** The term that {@code node}, an operator with a kernel, is by itself. */
    List<Term> terms(Node node) {
        return List.of(lift.term(node));
    }

    /** The way to compute the value of {@code node}, of which forms were found, that is predicted to be cheapest. */
    Way best(Node node) {
        Found known = find(node.output()).orElseThrow();
        return known.best()
                .map(form -> way(form, node.output(), partition(form, node.output())))
                .orElseGet(() -> asItIs(node));
    }

    /** The ways known to compute the value of {@code node} that leave no one without a value. */
    List<Way> ways(Node node) {
        String value = node.output();
        List<Form> closed = find(value).orElseThrow().forms().stream()
                .filter(form -> !form.nodes().isEmpty() && isClosed(form, node))
                .filter(form -> form.nodes().size() > 1 || form.ordinary())
                .toList();
        List<Way> ways = new ArrayList<>();
        closed.forEach(form ->
                TermPartition.all(form, value, costs).forEach(partition -> ways.add(way(form, value, partition))));
        if (closed.stream().noneMatch(Form::ordinary)) {
            ways.add(asItIs(node));
        }
        return ways;
    }

    private Way way(Form form, String value, TermPartition partition) {
        double cost = total(bill(value, partition.cost(), sources(form)));
        return new Way(Optional.of(form), partition.terms(), cost);
    }

    private Way asItIs(Node node) {
        return new Way(Optional.empty(), List.of(), total(bill(node.output(), nodeCost(node), dataInputs(node))));
    }

    private static List<String> sources(Form form) {
        return form.terms().stream().map(term -> term.source().value()).toList();
    }

    /** What {@code form} is predicted to take with its terms {@code merged}, and its nodes as they are. */
    LayerCost cost(Form form, List<Term> merged, String value, Optional<Race> race) {
        double trained = form.nodes().stream().mapToDouble(this::nodeCost).sum();
        return new LayerCost(trained, TermPartition.cost(merged, value, costs), race);
    }

    /** The shape of {@code value}, which is known. */
    Shape shape(String value) {
        return shapes.find(value).orElseThrow();
    }

    /** The number of elements of {@code value}. */
    int elements(String value) {
        return shapes.find(value).map(Shape::size).orElse(0);
    }

    /** The terms of {@code form}, a form of {@code value}, merged where that pays. */
    TermPartition partition(Form form, String value) {
        return TermPartition.cheapest(form, value, costs);
    }

    /** True when {@code value} is read as it is, whatever computes it. */
    boolean isBarrier(String value) {
        return !found.containsKey(value) || graph.isOutput(value);
    }

    /** True when {@code value} is a barrier or read by several nodes. */
    boolean isShared(String value) {
        return isBarrier(value) || graph.consumers(value).size() != 1;
    }

    // Nobody outside reads what is inside, and no term does either.
    private boolean isClosed(Form form, Node last) {
        Set<Node> nodes = new HashSet<>(form.nodes());
        Set<String> inside = new HashSet<>();
        nodes.stream().filter(node -> !node.equals(last)).forEach(node -> inside.addAll(node.outputs()));
        return form.terms().stream()
                        .noneMatch(term -> inside.contains(term.source().value()))
                && inside.stream()
                        .allMatch(value -> !graph.isOutput(value) && nodes.containsAll(graph.consumers(value)));
    }

    /** The forms in which a node may read {@code value}: of a barrier, only itself. */
    List<Form> forms(String value) {
        return isBarrier(value)
                ? List.of(itself(value))
                : find(value).orElseThrow().forms();
    }

    private Form itself(String value) {
        Shape shape = shapes.find(value).orElseThrow();
        return Form.of(Term.identity(Source.of(value), shape.extent(1), shape.rank() - 2));
    }

    /** The barrier before {@code value}, or itself if it is one. */
    String root(String value) {
        return isBarrier(value) ? value : find(value).map(Found::root).orElse(value);
    }

    private List<String> dataInputs(Node node) {
        return node.inputs().stream()
                .filter(input -> !input.isEmpty() && !constants.contains(input))
                .toList();
    }

    private void visit(Node node) {
        List<String> data = read(node);
        boolean several = node.outputs().size() > 1 && !node.is("Split");
        if (data.isEmpty() || several || !data.stream().allMatch(this::hasChannels)) {
            return;
        }
        String root = root(data.get(0));
        tiles.of(node, data).ifPresent(form -> tiled(node, form));
        if (isFloat32(root) && data.stream().allMatch(value -> root(value).equals(root))) {
            List<List<Form>> forms = compose(node, data);
            for (int i = 0; i < forms.size(); i++) {
                String output = node.outputs().get(i);
                List<Form> tried = order.apply(forms.get(i));
                if (!tried.isEmpty()) {
                    found.put(output, node.is("Split") ? part(node, root, output, tried) : settle(node, root, tried));
                }
            }
        }
    }

    // The layer stands before the view that the sum reads, so its price is not on that bill. Nothing composes further.
    private void tiled(Node node, Form form) {
        Priced together = priced(form, node.output());
        double apart = total(bill(node.output(), nodeCost(node), read(node)))
                + form.view()
                        .flatMap(view -> find(view.inputs().get(0)))
                        .map(layer -> total(layer.bill()))
                        .orElse(0.0);
        if (isFloat32(form.terms().get(0).source().value()) && isClosed(form, node) && together.cost() < apart) {
            List<Form> itself = List.of(itself(node.output()));
            found.put(node.output(), new Found(node.output(), itself, together.bill(), Optional.of(form)));
        }
    }

    // What a node of several nodes' making reads is before the first of them.
    private List<String> read(Node node) {
        return lift.isCandidate(node) && lift.nodes(node).size() > 1 ? List.of(lift.operand(node)) : dataInputs(node);
    }

    // One of several outputs is never computed alone; who reads it may read the selection.
    private Found part(Node node, String root, String output, List<Form> all) {
        List<Priced> priced = sorted(all, output);
        Map<String, Double> asItIs = bill(node.outputs().get(0), nodeCost(node), dataInputs(node));
        return new Found(root, remembered(priced, root, output), asItIs, Optional.empty());
    }

    // What is written in place of an island computes in FLOAT32, and the types of a file are binding.
    private boolean isFloat32(String value) {
        return !graph.carried().isFromFile() || types.find(value).equals(Optional.of(DType.FLOAT32));
    }

    private boolean hasChannels(String value) {
        return shapes.find(value).filter(shape -> shape.rank() >= 2).isPresent();
    }

    private List<List<Form>> compose(Node node, List<String> data) {
        if (data.size() == 1 && !node.is("Concat")) {
            return composed.of(node, data.get(0));
        }
        return data.size() == node.inputs().size() ? List.of(joined.of(node, data)) : List.of();
    }

    // The rules on layers fold what they can at no cost of ours: at equal cost they, or the node as it is, come first.
    private Found settle(Node node, String root, List<Form> all) {
        List<Priced> priced = sorted(all, node.output());
        List<Priced> closed =
                priced.stream().filter(form -> isClosed(form.form(), node)).toList();
        Optional<Priced> best = closed.stream()
                .filter(form -> form.form().ordinary() || form.form().isWorthWriting())
                .findFirst();
        Map<String, Double> asItIs = bill(node.output(), nodesCost(node), read(node));
        double kept = total(asItIs);
        double cheapest = best.map(Priced::cost).orElse(Double.POSITIVE_INFINITY);
        Optional<Priced> chosen = closed.stream()
                .filter(form -> form.form().ordinary() && form.cost() <= Math.min(cheapest, kept) * (1 + EQUAL))
                .findFirst()
                .or(() -> best.filter(form -> form.cost() < kept * (1 - EQUAL)));
        if (chosen.isEmpty() || chosen.get().form().ordinary()) {
            double least = total(chosen.map(Priced::bill).orElse(asItIs));
            closed.stream()
                    .filter(form -> form.form().isWorthWriting() && !form.form().ordinary())
                    .filter(form -> form.cost() > least * (1 + EQUAL))
                    .findFirst()
                    .ifPresent(form -> refusals.costly(node, form.form()));
        }
        return new Found(
                root,
                remembered(priced, root, node.output()),
                chosen.map(Priced::bill).orElse(asItIs),
                chosen.map(Priced::form));
    }

    private List<Priced> sorted(List<Form> all, String value) {
        return all.stream().map(form -> priced(form, value)).sorted(CHEAPEST).toList();
    }

    private Priced priced(Form form, String value) {
        Map<String, Double> bill = bill(value, partition(form, value).cost(), sources(form));
        return new Priced(form, bill, total(bill));
    }

    // A value that several terms or nodes read is computed once.
    private Map<String, Double> bill(String value, double own, List<String> read) {
        Map<String, Double> bill = new TreeMap<>();
        read.stream().filter(source -> !isBarrier(source)).forEach(source -> find(source)
                .ifPresent(known -> bill.putAll(known.bill())));
        bill.put(value, own);
        return bill;
    }

    private static double total(Map<String, Double> bill) {
        return bill.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private List<Form> remembered(List<Priced> priced, String root, String value) {
        List<Form> forms = new ArrayList<>();
        for (Priced candidate : priced) {
            boolean outermost = candidate.form().terms().stream()
                    .allMatch(term -> term.source().value().equals(root));
            if (forms.size() < KEPT || outermost) {
                forms.add(candidate.form());
            }
        }
        forms.add(itself(value));
        return forms;
    }

    // ONNX Runtime makes one operator of a product on tokens and the bias that is added to it.
    private boolean isFusedBias(Node node) {
        return node.is("Add")
                && lift.isCandidate(node)
                && graph.producer(lift.operand(node))
                        .filter(before -> before.is("MatMul")
                                && graph.consumers(before.output()).size() == 1)
                        .isPresent()
                && lift.onLastAxis(node).isPresent();
    }

    private double nodesCost(Node node) {
        return lift.isCandidate(node)
                ? lift.nodes(node).stream().mapToDouble(this::nodeCost).sum()
                : nodeCost(node);
    }

    private double nodeCost(Node node) {
        if (RemoveInferenceNoOp.isNoOp(graph, node) || isFusedBias(node)) {
            return 0;
        }
        return LinearOperators.isLinear(node) ? costs.term(lift.term(node), node.output()) : costs.moved(node);
    }
}
