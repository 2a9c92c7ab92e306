package io.foldserve.fold.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.write.IslandGraph;
import io.foldserve.fold.write.IslandNumbers;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Says what one rule makes of a small graph: {@code assertThat(SumTerms::new).on(graph).folds("sum")}. A form that was
 * found is written in float64 and must compute what the graph does, border included.
 */
final class RuleAssert {
    private static final double TOLERANCE = 1e-11;

    private final Function<GraphFacts, Rule> rule;

    private RuleAssert(Function<GraphFacts, Rule> rule) {
        this.rule = rule;
    }

    static RuleAssert assertThatRule(Function<GraphFacts, Rule> rule) {
        return new RuleAssert(rule);
    }

    /** The rule at every node of {@code graph}. */
    OnGraph on(Graph graph) {
        GraphFacts facts = GraphFacts.ofNormalForm(graph);
        FormsOfGraph forms = new FormsOfGraph(facts);
        Rule made = rule.apply(facts);
        Map<Node, Outcome> outcomes = new HashMap<>();
        for (Node node : facts.dataNodes()) {
            if (made.operators().contains(node.op())) {
                outcomes.put(node, forms.apply(made, node));
            }
            forms.add(node);
        }
        return new OnGraph(facts, outcomes);
    }

    /** What the rule made of each node of its operators. */
    static final class OnGraph {
        private final GraphFacts facts;
        private final Map<Node, Outcome> outcomes;

        private OnGraph(GraphFacts facts, Map<Node, Outcome> outcomes) {
            this.facts = facts;
            this.outcomes = outcomes;
        }

        /**
         * The rule finds, at the node {@code name}, a form of all of {@code nodes}, and every form found there is
         * exact.
         */
        void folds(String name, String... nodes) {
            Node node = node(name);
            Outcome outcome = Optional.ofNullable(outcomes.get(node)).orElse(Outcome.notMine());
            assertThat(outcome).isInstanceOf(Outcome.Found.class);
            List<Form> forms = ((Outcome.Found) outcome).forms().get(0);
            assertThat(forms)
                    .anySatisfy(form ->
                            assertThat(form.nodes()).extracting(Node::name).contains(nodes));
            forms.forEach(form -> expectExact(node, form));
        }

        /** The only term of the first form found of each output of the node {@code name}. */
        List<Term> terms(String name) {
            Outcome outcome = Optional.ofNullable(outcomes.get(node(name))).orElse(Outcome.notMine());
            assertThat(outcome).isInstanceOf(Outcome.Found.class);
            return ((Outcome.Found) outcome)
                    .forms().stream().map(forms -> forms.get(0).terms().get(0)).toList();
        }

        /** That of the first output. */
        Term term(String name) {
            return terms(name).get(0);
        }

        /** The rule is refused somewhere with {@code sentence}. */
        void declines(String sentence) {
            assertThat(outcomes.values().stream().flatMap(OnGraph::reasons)).contains(sentence);
        }

        /** No node is the rule's. */
        void doesNotFire() {
            assertThat(outcomes.values())
                    .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.NotMine.class));
        }

        private Node node(String name) {
            return facts.graph().nodes().stream()
                    .filter(node -> node.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        private static Stream<String> reasons(Outcome outcome) {
            Stream<Outcome.Refusal> refusals = Stream.empty();
            if (outcome instanceof Outcome.Refused refused) {
                refusals = refused.refusals().stream();
            } else if (outcome instanceof Outcome.Found found) {
                refusals = found.refusals().stream();
            }
            return refusals.map(Outcome.Refusal::reason);
        }

        private void expectExact(Node node, Form form) {
            Island island = new Island(node.output(), form, form.terms(), form.rules(), node, Optional.empty());
            List<Island> islands = List.of(island);
            Graph exact = IslandGraph.of(facts, islands, IslandNumbers.EXACT).graph();
            Map<String, Tensor> inputs = inputs();
            List<double[]> expected = run(facts.graph(), inputs);
            List<double[]> found = run(exact, inputs);
            for (int i = 0; i < expected.size(); i++) {
                double[] differences = expected.get(i).clone();
                double largest = 0;
                double worst = 0;
                assertThat(found.get(i)).hasSameSizeAs(differences);
                for (int j = 0; j < differences.length; j++) {
                    largest = Math.max(largest, Math.abs(differences[j]));
                    worst = Math.max(worst, Math.abs(differences[j] - found.get(i)[j]));
                }
                assertThat(worst).as("%s", form).isLessThanOrEqualTo(TOLERANCE * largest);
            }
        }

        private Map<String, Tensor> inputs() {
            RandomGenerator random = new SplittableRandom(7);
            Map<String, Tensor> inputs = new HashMap<>();
            for (Value input : facts.graph().inputs()) {
                double[] normal = new double[input.shape().orElseThrow().size()];
                for (int i = 0; i < normal.length; i++) {
                    normal[i] = random.nextGaussian();
                }
                inputs.put(input.name(), Tensor.ofDoubles(input.shape().orElseThrow(), normal));
            }
            return inputs;
        }

        private static List<double[]> run(Graph graph, Map<String, Tensor> inputs) {
            List<double[]> outputs = new ArrayList<>();
            Evaluator.evaluate(graph, inputs).values().forEach(tensor -> outputs.add(tensor.toDoubles()));
            return outputs;
        }
    }
}
