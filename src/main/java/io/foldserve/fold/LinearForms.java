package io.foldserve.fold;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds, for every value of a training form, the exact ways in which it is a sum of terms, and what each would cost.
 *
 * <p>A value that someone else reads, or that is an output, is a barrier: a term may read it, but not what is behind it. Every
 * other value has as many forms as there are choices of what to compose and what to compute apart, the cheapest
 * {@value #KEPT} of which are kept, and always the one that reads nothing inside the island. So a composition that does not
 * pay by itself is still there when the sum that it belongs to makes it free.
 *
 * <p>Structure and small constants only; no kernel is read. Not thread-safe; belongs to one fold.
 */
final class LinearForms {
    private static final int KEPT = 6;

    /** The forms of a value, cheapest first, the value itself last; what it reads outside; its least cost, and how. */
    record Found(String root, List<Form> forms, double cost, Optional<Form> best) {
        /** Copies the list. */
        Found {
            forms = List.copyOf(forms);
        }
    }

    private final Graph graph;
    private final ConstantValues constants;
    private final Map<String, Shape> shapes;
    private final LiftLinear lift;
    private final CommuteAverage commute;
    private final IslandCost costs;
    private final Map<String, Found> found = new HashMap<>();
    private final Map<String, Declined> refusals = new HashMap<>();

    private LinearForms(Graph graph, ConstantValues constants, Map<String, Shape> shapes) {
        this.graph = graph;
        this.constants = constants;
        this.shapes = shapes;
        this.lift = new LiftLinear(graph, constants, shapes);
        this.commute = new CommuteAverage(constants, shapes);
        this.costs = new IslandCost(shapes);
    }

    /** Finds the forms of all values of {@code graph} that depend on data. */
    static LinearForms of(Graph graph, ConstantValues constants, Map<String, Shape> shapes) {
        LinearForms forms = new LinearForms(graph, constants, shapes);
        graph.nodes().stream().filter(node -> !constants.computes(node)).forEach(forms::visit);
        return forms;
    }

    /** What was found of {@code value}, if a node computes it that is linear in one value. */
    Optional<Found> find(String value) {
        return Optional.ofNullable(found.get(value));
    }

    /** Why the node called {@code name} could not be composed with what is before it, if it was tried. */
    Optional<Declined> refusal(String name) {
        return Optional.ofNullable(refusals.get(name));
    }

    /** Why {@code node} cannot take in the linear operators before it because someone else reads them, if so. */
    Optional<Declined> whyNotAlone(Node node) {
        if (!lift.isCandidate(node) || node.is("BatchNormalization") || node.inputs().isEmpty()) {
            return Optional.empty();
        }
        String value = lift.operand(node);
        Optional<Node> before = graph.producer(value).filter(producer -> found.containsKey(value));
        if (before.isEmpty() || !isBarrier(value) || RemoveInferenceNoOp.isNoOp(graph, before.get())) {
            return Optional.empty();
        }
        List<String> others = new ArrayList<>(
                graph.consumers(value).stream().map(Node::name).toList());
        others.remove(node.name());
        if (graph.isOutput(value)) {
            others.add("the graph's caller");
        }
        return Optional.of(new Declined(
                node.name(),
                ComposeConvolutions.NAME,
                "value %s between %s %s and %s %s is also read by %s"
                        .formatted(
                                value,
                                before.get().op(),
                                before.get().name(),
                                node.op(),
                                node.name(),
                                String.join(", ", others))));
    }

    /** The terms of {@code form}, a form of {@code value}, merged where that pays. */
    TermPartition partition(Form form, String value) {
        return TermPartition.cheapest(form, value, costs, this::sourceCost);
    }

    /** True when {@code value} is read as it is, whatever computes it. */
    boolean isBarrier(String value) {
        return !found.containsKey(value)
                || graph.isOutput(value)
                || graph.consumers(value).size() != 1;
    }

    private double sourceCost(String value) {
        return isBarrier(value) ? 0 : find(value).map(Found::cost).orElse(0.0);
    }

    /** The number of elements of {@code value}. */
    int elements(String value) {
        return Optional.ofNullable(shapes.get(value)).map(Shape::size).orElse(0);
    }

    /** The values among the inputs of {@code node} that depend on data, each as often as it is read. */
    List<String> dataInputs(Node node) {
        return node.inputs().stream()
                .filter(input -> !input.isEmpty() && !constants.contains(input))
                .toList();
    }

    private void visit(Node node) {
        Optional<Shape> shape = Optional.ofNullable(shapes.get(node.output()));
        if (shape.isEmpty()
                || shape.get().rank() < 2
                || node.outputs().stream().filter(output -> !output.isEmpty()).count() != 1) {
            return;
        }
        List<String> data = dataInputs(node);
        if (data.isEmpty()) {
            return;
        }
        String root = root(data.get(0));
        if (data.stream().allMatch(value -> root(value).equals(root))) {
            List<Form> forms = compose(node, data);
            if (!forms.isEmpty()) {
                found.put(node.output(), settle(node, root, forms));
            }
        }
    }

    private String root(String value) {
        return isBarrier(value) ? value : find(value).map(Found::root).orElse(value);
    }

    private List<Form> forms(String value) {
        return isBarrier(value)
                ? List.of(itself(value))
                : find(value).orElseThrow().forms();
    }

    private Form itself(String value) {
        Shape shape = Optional.ofNullable(shapes.get(value)).orElseThrow();
        return Form.of(Term.identity(Source.of(value), shape.extent(1), shape.rank() - 2));
    }

    private List<Form> compose(Node node, List<String> data) {
        if (data.stream().map(shapes::get).anyMatch(shape -> shape == null || shape.rank() < 2)) {
            return List.of();
        }
        if (data.size() == 2 && (node.is("Add") || node.is("Sub"))) {
            return sums(node, data.get(0), data.get(1));
        }
        if (data.size() == node.inputs().size() && node.is("Concat")) {
            return concatenations(node, data);
        }
        return data.size() == 1 ? ofOne(node, data.get(0)) : List.of();
    }

    private List<Form> ofOne(Node node, String value) {
        if (RemoveInferenceNoOp.isNoOp(graph, node)) {
            return forms(value).stream()
                    .filter(form -> !form.isIdentity() || isBarrier(value))
                    .map(form -> form.then(node, form.terms(), "", form.ordinary()))
                    .toList();
        }
        List<Form> results = new ArrayList<>();
        if (lift.isCandidate(node) && value.equals(lift.operand(node))) {
            Optional<String> reason = lift.whyNot(node);
            reason.filter(why -> isOursToDecline(node)).ifPresent(why -> refuse(node, LiftLinear.NAME, why));
            if (reason.isEmpty()) {
                results.addAll(after(node, lift.term(node), forms(value)));
            }
        }
        if (commute.isCandidate(node) && value.equals(node.inputs().get(0))) {
            results.addAll(commuted(node, forms(value)));
        }
        return results;
    }

    // The rules on layers decline kernels and batch norms; an operator without linear neighbours had nothing to gain.
    private boolean isOursToDecline(Node node) {
        boolean ours = !LinearOperators.isLinear(node) && !node.is("BatchNormalization");
        return ours
                && (found.containsKey(lift.operand(node))
                        || graph.consumers(node.output()).stream().anyMatch(LinearOperators::isLinear));
    }

    private void refuse(Node node, String rule, String reason) {
        refusals.put(node.name(), new Declined(node.name(), rule, reason));
    }

    private List<Form> after(Node node, Term outer, List<Form> inner) {
        List<Form> results = new ArrayList<>();
        for (Form form : inner) {
            if (form.isIdentity()) {
                boolean ordinary = LinearOperators.isLinear(node) && !node.is("ConvTranspose");
                Source source = form.terms().get(0).source();
                String rule = LinearOperators.isLinear(node) ? "" : LiftLinear.NAME;
                results.add(form.then(node, List.of(outer.reading(source, false)), rule, ordinary));
            } else if (outer.isDiagonal()) {
                results.add(form.then(
                        node,
                        PostAffine.apply(outer, form.terms()),
                        node.is("BatchNormalization") ? FoldBatchNorm.NAME : PostAffine.NAME,
                        form.ordinary() && isOrdinary(node, form)));
            } else {
                sequence(node, outer, form).ifPresent(results::add);
            }
        }
        return results;
    }

    // What the rules on layers compose themselves.
    private static boolean isOrdinary(Node node, Form form) {
        return node.is("BatchNormalization")
                || (node.is("Add") && form.nodes().stream().allMatch(before -> before.is("MatMul")));
    }

    private Optional<Form> sequence(Node node, Term outer, Form form) {
        List<Term> composed = new ArrayList<>();
        String rule = rule(outer, form);
        for (Term inner : form.terms()) {
            Optional<String> reason = rule.equals(PreAffine.NAME)
                    ? PreAffine.whyNot(outer, inner)
                    : ComposeConvolutions.whyNot(outer, inner);
            if (reason.isPresent()) {
                refuse(
                        node,
                        rule,
                        "%s %s after %s: %s"
                                .formatted(
                                        node.op(),
                                        node.name(),
                                        form.nodes()
                                                .get(form.nodes().size() - 1)
                                                .name(),
                                        reason.get()));
                return Optional.empty();
            }
            // The outer bias counts once.
            Term next = composed.isEmpty() ? outer : unbiased(outer);
            composed.add(
                    rule.equals(PreAffine.NAME)
                            ? PreAffine.apply(next, inner)
                            : rule.equals(CombineLinear.NAME)
                                    ? CombineLinear.apply(next, inner)
                                    : ComposeConvolutions.apply(next, inner));
        }
        return Optional.of(form.then(node, composed, rule, false));
    }

    private static String rule(Term outer, Form form) {
        if (form.terms().stream().allMatch(Term::isDiagonal)) {
            return PreAffine.NAME;
        }
        return outer.axes().isEmpty() ? CombineLinear.NAME : ComposeConvolutions.NAME;
    }

    private static Term unbiased(Term term) {
        return term.with(false, () -> new Weights(term.weights().get().kernel(), new double[term.outputs()]));
    }

    private List<Form> commuted(Node node, List<Form> inner) {
        List<Form> results = new ArrayList<>();
        // Of a value itself nothing moves.
        for (Form form : inner.stream().filter(form -> !form.isIdentity()).toList()) {
            Optional<String> reason = form.terms().stream()
                    .flatMap(term -> CommuteAverage.whyNot(node, term).stream())
                    .findFirst();
            if (reason.isEmpty()) {
                List<Term> moved = form.terms().stream()
                        .map(term -> CommuteAverage.apply(node, term))
                        .toList();
                results.add(form.then(node, moved, CommuteAverage.NAME, false));
            }
        }
        return results;
    }

    private List<Form> sums(Node node, String left, String right) {
        if (!Objects.equals(shapes.get(left), shapes.get(right))) {
            return List.of();
        }
        List<Form> results = new ArrayList<>();
        for (Form a : forms(left)) {
            for (Form b : forms(right)) {
                List<Term> terms = new ArrayList<>(a.terms());
                terms.addAll(node.is("Add") ? b.terms() : negated(b.terms()));
                results.add(a.with(b, node, terms, SumTerms.NAME));
            }
        }
        return results;
    }

    private static List<Term> negated(List<Term> terms) {
        return terms.stream()
                .map(term -> PostAffine.apply(
                                Term.identity(term.source(), term.outputs(), 0)
                                        .with(false, () -> negative(term.outputs())),
                                List.of(term))
                        .get(0))
                .toList();
    }

    private static Weights negative(int channels) {
        double[] scale = new double[channels];
        Arrays.fill(scale, -1);
        return new Weights(scale, new double[channels]);
    }

    private List<Form> concatenations(Node node, List<String> data) {
        int rank = Optional.ofNullable(shapes.get(node.output())).orElseThrow().rank();
        if (Math.floorMod(node.integer("axis", 1), rank) != 1) {
            return List.of();
        }
        Optional<Form> joined = Optional.empty();
        for (String value : data) {
            Optional<Form> single = forms(value).stream()
                    .filter(form -> partition(form, value).terms().size() == 1)
                    .reduce((first, second) -> first.isIdentity() ? second : first)
                    .map(form -> new Form(partition(form, value).terms(), form.nodes(), form.rules(), false));
            if (single.isEmpty()) {
                return List.of();
            }
            joined = joined.isEmpty() ? single : join(node, joined.get(), single.get());
            if (joined.isEmpty()) {
                return List.of();
            }
        }
        return joined.map(form -> List.of(form.then(node, form.terms(), ConcatTerms.NAME, false)))
                .orElse(List.of());
    }

    private Optional<Form> join(Node node, Form a, Form b) {
        Term left = a.terms().get(0);
        Term right = b.terms().get(0);
        Optional<String> reason = ConcatTerms.whyNot(left, right);
        if (reason.isPresent()) {
            refuse(node, ConcatTerms.NAME, "Concat %s: %s".formatted(node.name(), reason.get()));
            return Optional.empty();
        }
        return Optional.of(a.with(b, node, List.of(ConcatTerms.apply(left, right)), ""));
    }

    private Found settle(Node node, String root, List<Form> composed) {
        String value = node.output();
        record Priced(Form form, double cost) {}
        List<Priced> priced = composed.stream()
                .map(form -> new Priced(form, partition(form, value).cost()))
                .sorted(Comparator.comparingDouble(Priced::cost))
                .toList();
        double kept = keptCost(node);
        Optional<Priced> best = priced.stream()
                .filter(form -> form.form().nodes().size() > 1 || form.form().ordinary())
                .findFirst();
        // The rules on layers fold what they can at no cost of ours; at equal cost they, or the node as it is, come
        // first.
        double least = best.map(Priced::cost).orElse(Double.POSITIVE_INFINITY);
        Optional<Form> ordinary = priced.stream()
                .filter(form -> form.form().ordinary() && form.cost() <= least * (1 + 1e-9))
                .map(Priced::form)
                .findFirst();
        boolean pays = least < kept * (1 - 1e-9);
        Optional<Form> chosen = ordinary.isPresent() && least <= kept * (1 + 1e-9)
                ? ordinary
                : best.filter(form -> pays).map(Priced::form);
        if (chosen.isEmpty() || chosen.get().ordinary()) {
            priced.stream()
                    .map(Priced::form)
                    .filter(form -> form.nodes().size() > 1 && !form.ordinary() && LinearOperators.isLinear(node))
                    .findFirst()
                    .ifPresent(form -> refuse(node, form.rules().get(form.rules().size() - 1), costly(node, form)));
        }
        List<Form> forms = new ArrayList<>();
        for (int i = 0; i < priced.size(); i++) {
            if (forms.size() < KEPT || readsOnly(priced.get(i).form(), root)) {
                forms.add(priced.get(i).form());
            }
        }
        forms.add(itself(value));
        return new Found(root, forms, Math.min(kept, least), chosen);
    }

    private String costly(Node node, Form form) {
        double together = partition(form, node.output()).terms().stream()
                .mapToDouble(term -> costs.macs(term, node.output()))
                .sum();
        double apart = form.nodes().stream()
                .filter(LinearOperators::isLinear)
                .mapToDouble(inner -> costs.macs(lift.term(inner), inner.output()))
                .sum();
        return "%s as one operator would take %.0f multiply-accumulates; apart they take %.0f and are predicted to be faster"
                .formatted(form.nodes().stream().map(Node::name).toList(), together, apart);
    }

    private static boolean readsOnly(Form form, String root) {
        return form.terms().stream().allMatch(term -> term.source().value().equals(root));
    }

    /** The cost of {@code node} as it is and of what it reads, at its least. */
    private double keptCost(Node node) {
        double read = dataInputs(node).stream()
                .distinct()
                .mapToDouble(this::sourceCost)
                .sum();
        if (LinearOperators.isLinear(node) && lift.whyNot(node).isEmpty()) {
            return read + costs.term(lift.term(node), node.output());
        }
        return RemoveInferenceNoOp.isNoOp(graph, node) ? read : read + costs.moved(node);
    }
}
