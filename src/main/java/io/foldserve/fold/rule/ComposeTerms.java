package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One application of a {@link Lift}: the term of a node is composed with the terms of the value that the node reads.
 * Not thread-safe; belongs to one node.
 *
 * <p>Algebra: {@code K₂·(Σ_k K₁ₖ·x + b₁ₖ) + b₂ = Σ_k (K₂K₁ₖ)·x + (K₂b₁ₖ) + b₂}, term by term, the outer bias once. How
 * two terms compose is said by {@link Composition}, {@link PostAffine} and {@link SelectChannels}; where they do so but
 * for a constant at the border, {@link RepairBorder} makes up for it, or a {@link Residue} is all that they differ by.
 *
 * <p>Source: linearity; the kinds of term and composition name theirs.
 *
 * <p>Declines what is no term, see the {@link Lift} of the operator, and terms with no common kernel.
 */
final class ComposeTerms {
    private final Lift lift;
    private final Node node;
    private final Known known;
    private final List<Form> before;
    private final List<Outcome.Refusal> refusals = new ArrayList<>();

    ComposeTerms(Lift lift, Node node, Known known) {
        this.lift = lift;
        this.node = node;
        this.known = known;
        this.before = known.forms(lift.operand(node));
    }

    /** The entries of all that may become of a term, in the glossary. */
    static Stream<RuleEntry> glossary() {
        return Stream.concat(
                Stream.of(Composition.values()).map(Composition::entry),
                Stream.of(PostAffine.ENTRY, BatchNormMap.ENTRY, RepairBorder.ENTRY, Residue.ENTRY));
    }

    /** What {@code lift} found at {@code node}. */
    Outcome outcome() {
        Optional<String> reason = lift.whyNot(node);
        if (reason.isPresent() && isWorthSaying()) {
            refuse(Lifts.NAME, reason.get());
        }
        List<List<Form>> lifted = reason.isPresent()
                ? List.of()
                : lift.terms(node).stream().map(this::after).toList();
        return Outcome.ofAll(lifted, refusals);
    }

    private void refuse(String rule, String reason) {
        refusals.add(new Outcome.Refusal(rule, reason));
    }

    // Only where a neighbour could have taken it in. An operator that keeps its place says itself what it does not.
    private boolean isWorthSaying() {
        boolean ours = !Operators.isLinear(node) && !node.is("BatchNormalization");
        boolean after = consumers().anyMatch(ComposeTerms::couldTakeIn);
        return ours && (node.is("Pad") ? isBesideKernel() : known.isLinear(lift.operand(node)) || after);
    }

    // A padding alone is worth nothing: it is a kernel next to it that could have taken it in.
    private boolean isBesideKernel() {
        return known.facts()
                        .graph()
                        .producer(lift.operand(node))
                        .filter(Operators::isLinear)
                        .isPresent()
                || consumers().anyMatch(Operators::isLinear);
    }

    private Stream<Node> consumers() {
        return known.facts().graph().consumers(node.output()).stream();
    }

    private static boolean couldTakeIn(Node node) {
        return Operators.isLinear(node) || (node.domain().isEmpty() && (node.is("Add") || node.is("Sub")));
    }

    private List<Form> after(Term outer) {
        return before.stream().flatMap(form -> after(outer, form).stream()).toList();
    }

    private Optional<Form> after(Term outer, Form form) {
        if (!form.isSum() && !outer.isPointwise()) {
            sayNeighbours(form);
            return Optional.empty();
        }
        if (form.isUnchanged() && (form.isSum() || sameFrame(outer, form))) {
            TermInput source = form.terms().get(0).source().inside(outer.source());
            Term own = outer.reading(
                    outer.source().channels().map(source::picking).orElse(source),
                    outer.axes().size());
            String rule = Operators.isLinear(node) ? "" : Lifts.NAME;
            return Optional.of(form.then(lift.nodes(node), List.of(own), rule));
        }
        if (!sameFrame(outer, form)) {
            return Optional.empty();
        }
        Optional<Channels> picked = outer.source().channels();
        if (picked.isPresent()) {
            Form selected = selected(picked.get(), form);
            Term window = outer.reading(outer.source().whole(), outer.axes().size());
            return window.identity() ? Optional.of(selected) : sequence(window, selected);
        }
        if (outer.isDiagonal()) {
            String rule = node.is("BatchNormalization") ? BatchNormMap.NAME : PostAffine.NAME;
            return Optional.of(form.then(lift.nodes(node), PostAffine.apply(outer, form.terms()), rule));
        }
        return sequence(outer, form);
    }

    private static boolean sameFrame(Term outer, Form form) {
        return form.terms().stream().allMatch(term -> term.frame().equals(outer.frame()));
    }

    // Between a Resize and a kernel alone, nothing could have been saved.
    private void sayNeighbours(Form form) {
        if (!form.isUnchanged()) {
            Node last = form.after().get(form.after().size() - 1).node();
            refuse(Commuting.NAME, neighbours(node, last));
        }
    }

    private Form selected(Channels picked, Form form) {
        List<Term> terms = form.terms().stream()
                .map(term -> SelectChannels.after(picked, term))
                .toList();
        return form.then(lift.nodes(node), terms, SelectChannels.NAME);
    }

    private Optional<Form> sequence(Term outer, Form form) {
        Composition kind = Composition.of(outer, form.terms());
        String last = form.nodes().get(form.nodes().size() - 1).name();
        List<Term> composed = new ArrayList<>();
        boolean repaired = false;
        boolean rounded = false;
        for (Term inner : form.terms()) {
            // The outer bias counts once.
            Term next = composed.isEmpty() ? outer : unbiased(outer);
            Optional<String> reason = kind.whyNot(node, last, outer, inner);
            if (reason.isEmpty()) {
                composed.add(kind.apply(next, inner));
                continue;
            }
            if (kind.whyNot(node, last, outer, unbiased(inner)).isEmpty() && Residue.isOffsetOf(form, node, known)) {
                composed.add(kind.apply(next, inner));
                rounded = true;
                continue;
            }
            // Said if the node stays: because there is no exact form, or because none pays.
            refuse(kind.rule(), reason.get());
            if (RepairBorder.whyNot(node, last, outer, inner).isPresent()) {
                return Optional.empty();
            }
            composed.addAll(RepairBorder.apply(next, inner, extents(inner)));
            repaired = true;
        }
        Form result = form.then(lift.nodes(node), composed, kind.rule());
        return Optional.of(repaired ? result.by(RepairBorder.NAME) : rounded ? result.by(Residue.NAME) : result);
    }

    private Optional<List<Integer>> extents(Term inner) {
        String value = inner.source().value();
        return known.facts().shapes().isFixed(value)
                ? known.facts().shapes().find(value).map(shape -> shape.extents()
                        .subList(2, shape.rank()))
                : Optional.empty();
    }

    private static Term unbiased(Term term) {
        return term.with(false, () -> {
            Weights own = term.weights().get();
            return new Weights(term.outputs(), o -> new Row(own.row(o).kernel(), 0));
        });
    }

    private static String neighbours(Node node, Node resize) {
        return ("%s reads neighbours of what %s makes, so that they cannot change places; only 1×1 convolutions and "
                        + "scales per channel can.")
                .formatted(at(node), at(resize));
    }
}
