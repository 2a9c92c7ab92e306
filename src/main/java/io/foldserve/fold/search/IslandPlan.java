package io.foldserve.fold.search;

import io.foldserve.fold.cost.CostModel;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.LayerCost;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.result.RuleStatistics;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Which regions of a training form become which convolutions: those that a search found, and every convolution or
 * matrix product that only takes in what follows it, which the search leaves alone. Structure only; no kernel has been
 * read.
 *
 * @param islands in execution order of their last nodes
 * @param declined where a rule might have applied and did not
 * @param statistics what the search did with each rule
 */
public record IslandPlan(List<Island> islands, List<Declined> declined, List<RuleStatistics> statistics) {
    // Of the search.
    private static final IslandPlan NONE = new IslandPlan(List.of(), List.of(), List.of());

    /** Copies the lists. */
    public IslandPlan {
        islands = List.copyOf(islands);
        declined = List.copyOf(declined);
        statistics = List.copyOf(statistics);
    }

    /**
     * The plan for {@code training}, the facts of a well-formed graph; where a shape is not known nothing is searched.
     */
    public static IslandPlan of(GraphFacts training, CostSource costSource) {
        return of(training, costSource, UnaryOperator.identity());
    }

    /** The same plan, found by trying the forms of each value in the order in which {@code order} puts them. */
    public static IslandPlan of(GraphFacts training, CostSource costSource, UnaryOperator<List<Form>> order) {
        IslandPlan searched = searched(training, costSource, order);
        KeptOperators kept = KeptOperators.of(training, searched.islands());
        Map<String, Island> byValue =
                kept.islands().stream().collect(Collectors.toMap(Island::value, Function.identity()));
        List<Island> ordered = training.dataNodes().stream()
                .flatMap(node -> node.outputs().stream())
                .flatMap(output -> Optional.ofNullable(byValue.get(output)).stream())
                .toList();
        List<Declined> declined = new ArrayList<>(searched.declined());
        declined.addAll(kept.declined());
        return new IslandPlan(ordered, declined, searched.statistics());
    }

    /** The glossary's entry for what only a matrix product that keeps its place takes in. */
    public static List<RuleEntry> glossary() {
        return List.of(FoldMatMulBias.ENTRY);
    }

    private static IslandPlan searched(GraphFacts training, CostSource costSource, UnaryOperator<List<Form>> order) {
        if (!IslandCandidates.anyIn(training)) {
            return NONE;
        }
        LinearForms.Result generic = LinearForms.of(training, CostModel.GENERIC, order);
        LinearForms.Result found =
                generic.forms().hasChoice() ? LinearForms.of(training, costSource.costs(), order) : generic;
        TimedChoice ties = new TimedChoice(training, found, costSource.stopwatch());
        return new Selection(training, found, ties).plan();
    }

    /** One plan under way: from the outputs back, what each value that is still wanted is made of. */
    private static final class Selection {
        private final Graph training;
        private final ConstantValues constants;
        private final ValueShapes shapes;
        private final LinearForms.Result found;
        private final TimedChoice ties;
        private final Set<String> settled = new HashSet<>();
        private final Map<String, Island> islands = new LinkedHashMap<>();
        private final Set<String> kept = new HashSet<>();

        Selection(GraphFacts training, LinearForms.Result found, TimedChoice ties) {
            this.training = training.graph();
            this.ties = ties;
            this.constants = training.constants();
            this.shapes = training.shapes();
            this.found = found;
        }

        IslandPlan plan() {
            List<Node> data = training.nodes().stream()
                    .filter(node -> !constants.computes(node))
                    .toList();
            for (int i = data.size() - 1; i >= 0; i--) {
                if (!settled.contains(data.get(i).name())) {
                    choose(data.get(i));
                }
            }
            List<Island> ordered = data.stream()
                    .flatMap(node -> node.outputs().stream())
                    .flatMap(output -> Optional.ofNullable(islands.get(output)).stream())
                    .toList();
            List<Declined> declined = data.stream()
                    .filter(node -> kept.contains(node.name()))
                    .flatMap(node -> found.refusals().of(node).stream())
                    .toList();
            return new IslandPlan(ordered, declined, found.clock().statistics());
        }

        private void choose(Node node) {
            Optional<TimedChoice.Choice> choice = node.outputs().isEmpty()
                            || found.forms().find(node.output()).isEmpty()
                    ? Optional.empty()
                    : Optional.of(ties.choose(node));
            Optional<Form> form = choice.map(TimedChoice.Choice::candidate)
                    .filter(candidate -> !candidate.isAsItIs())
                    .map(Candidate::form);
            if (form.isEmpty()) {
                kept.add(node.name());
                return;
            }
            form.get().nodes().forEach(inner -> settled.add(inner.name()));
            if (form.get().keepsOperator()) {
                form.get().nodes().forEach(inner -> kept.add(inner.name()));
            } else {
                islands.put(node.output(), island(node, form.get(), choice.orElseThrow()));
            }
        }

        private Island island(Node node, Form form, TimedChoice.Choice choice) {
            List<Term> terms = choice.candidate().terms();
            LayerCost cost = found.candidates().cost(form, terms, node.output(), choice.timed());
            List<String> rules = new ArrayList<>(form.rules());
            Node principal = form.nodes().stream()
                    .filter(Operators::isLinear)
                    .max(Comparator.comparingInt(this::kernelSize))
                    .orElse(node);
            return new Island(node.output(), form, terms, rules, principal, Optional.of(cost));
        }

        private int kernelSize(Node node) {
            return shapes.find(node.inputs().get(1)).map(Shape::size).orElse(0);
        }
    }
}
