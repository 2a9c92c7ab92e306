package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rules that read a node as a term, found by the node. Immutable; belongs to one graph. */
public final class Lifts {
    /** The name of all rules that read an operator as a term. */
    public static final String NAME = "lift";

    private final Rules rules;

    Lifts(Rules rules) {
        this.rules = rules;
    }

    /** The rules for the graph of {@code facts}. */
    public static Lifts of(GraphFacts facts) {
        return Rules.of(facts).lifts();
    }

    private Stream<Lift> all(Node node) {
        return rules.at(node).stream()
                .flatMap(rule -> rule instanceof Lift lift ? Stream.of(lift) : Stream.empty())
                .filter(lift -> lift.isCandidate(node));
    }

    private Lift first(Node node) {
        return all(node).findFirst().orElseThrow();
    }

    /** True for a node that may be linear in a single value, which is then {@link #operand}. */
    public boolean isCandidate(Node node) {
        return all(node).findAny().isPresent();
    }

    /** The value in which the candidate {@code node} is linear. */
    public String operand(Node node) {
        return first(node).operand(node);
    }

    /** The nodes between the candidate {@code node}'s operand and its result, itself the last. */
    public List<Node> nodes(Node node) {
        return first(node).nodes(node);
    }

    /** Why the candidate {@code node} is no term, if so. */
    public Optional<String> whyNot(Node node) {
        return first(node).whyNot(node);
    }

    /** The term of the first output of {@code node}; only if {@link #whyNot} is empty. */
    public Term term(Node node) {
        return first(node).term(node);
    }

    /** True when {@code node} is a term whose channels are the last axis of the value it reads, rather than axis 1. */
    public boolean readsLastAxis(Node node) {
        return all(node).anyMatch(Lift::readsLastAxis);
    }
}
