package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All forms of a graph's values, found by all rules, none priced and none forgotten. For small graphs. */
final class FormsOfGraph implements Known {
    private final GraphFacts facts;
    private final Lifts lifts;
    private final Map<String, List<Form>> found = new HashMap<>();

    FormsOfGraph(GraphFacts facts) {
        this.facts = facts;
        this.lifts = Lifts.of(facts);
    }

    /** Applies {@code rule} at {@code node}, whose inputs were added before. */
    Outcome apply(Rule rule, Node node) {
        boolean channels = read(node).stream()
                .allMatch(value -> facts.shapes().find(value).map(Shape::rank).orElse(0) >= 2);
        return channels && !read(node).isEmpty() ? rule.apply(node, this) : Outcome.notMine();
    }

    /** Adds the forms of what {@code node} computes. */
    void add(Node node) {
        for (Rule rule : Rules.of(facts).at(node)) {
            if (!rule.readsBehindBarriers() && apply(rule, node) instanceof Outcome.Found forms) {
                for (int i = 0; i < forms.forms().size(); i++) {
                    found.computeIfAbsent(node.outputs().get(i), ignored -> new ArrayList<>())
                            .addAll(forms.forms().get(i));
                }
            }
        }
    }

    @Override
    public GraphFacts facts() {
        return facts;
    }

    @Override
    public Lifts lifts() {
        return lifts;
    }

    @Override
    public List<String> read(Node node) {
        return lifts.isCandidate(node) && lifts.nodes(node).size() > 1
                ? List.of(lifts.operand(node))
                : node.inputs().stream()
                        .filter(input -> !input.isEmpty() && !facts.constants().contains(input))
                        .toList();
    }

    @Override
    public List<Form> forms(String value) {
        List<Form> forms = new ArrayList<>(Optional.ofNullable(found.get(value)).orElse(List.of()));
        Shape shape = facts.shapes().find(value).orElseThrow();
        forms.add(Form.of(Term.identity(TermInput.of(value), shape.extent(1), shape.rank() - 2)));
        return forms;
    }

    @Override
    public boolean isLinear(String value) {
        return found.containsKey(value);
    }

    @Override
    public String root(String value) {
        return isLinear(value)
                ? facts.graph()
                        .producer(value)
                        .map(node -> root(read(node).get(0)))
                        .orElse(value)
                : value;
    }

    @Override
    public boolean isShared(String value) {
        return !isLinear(value) || facts.graph().consumers(value).size() != 1;
    }

    @Override
    public List<Term> cheapest(Form form, String value) {
        List<Term> merged = new ArrayList<>(form.terms().subList(0, 1));
        for (Term term : form.terms().subList(1, form.terms().size())) {
            Term last = merged.get(merged.size() - 1);
            if (SumTerms.whyNot(last, term).isEmpty()) {
                merged.set(merged.size() - 1, SumTerms.apply(last, term));
            } else {
                merged.add(term);
            }
        }
        return merged;
    }
}
