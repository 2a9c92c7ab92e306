package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Reasons;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Terms of the same value that are concatenated along the channels become one term.
 *
 * <p>Algebra: after {@link EmbedKernel} and {@link Regroup} to one group, {@code K = [K₁; K₂]} and {@code b = [b₁;
 * b₂]}, stacked along the output channels. Exact; two kernels of unlike size never pay, which the cost test finds.
 *
 * <p>Terms of different channels, as after a split, become the groups of one term that reads both selections: {@code g
 * = g₁ + g₂}, if their groups have the same extents. Selections of one value become one selection.
 *
 * <p>Source: the depth concatenation of Ding et al., "Diverse Branch Block", arXiv 2103.13425, section 3.2, transform
 * IV.
 *
 * <p>Declines terms that read different values or have different strides, or pad with different borders.
 */
public final class ConcatTerms implements Rule {
    public static final String NAME = "concat";

    private final ValueShapes shapes;

    public ConcatTerms(GraphFacts facts) {
        this.shapes = facts.shapes();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String sentence() {
        return "Terms of the same value that are concatenated along the channels become one term.";
    }

    @Override
    public String source() {
        return "the depth concatenation of Ding et al., \"Diverse Branch Block\", arXiv 2103.13425, section 3.2, "
                + "transform IV";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Concat");
    }

    @Override
    public Outcome apply(Node node, Known known) {
        if (!known.read(node).equals(node.inputs())) {
            return Outcome.notMine();
        }
        List<Outcome.Refusal> refusals = new ArrayList<>();
        return Outcome.of(concatenations(node, known, refusals), refusals);
    }

    private List<Form> concatenations(Node node, Known known, List<Outcome.Refusal> refusals) {
        int rank = shapes.find(node.output()).map(Shape::rank).orElse(0);
        if (rank < 2 || Math.floorMod(node.integer("axis", 1), rank) != 1) {
            return List.of();
        }
        return known.forms(node.inputs().get(0)).stream()
                .flatMap(form -> form.terms().stream())
                .map(term -> term.source().value())
                .distinct()
                .flatMap(source -> concatenation(node, source, known, refusals).stream())
                .toList();
    }

    private Optional<Form> concatenation(Node node, String source, Known known, List<Outcome.Refusal> refusals) {
        Optional<Form> joined = single(node.inputs().get(0), source, known);
        for (String value : node.inputs().subList(1, node.inputs().size())) {
            Optional<Form> next = single(value, source, known);
            joined = joined.flatMap(form -> next.flatMap(other -> join(node, form, other, refusals)));
        }
        return joined.map(form -> form.then(List.of(node), form.terms(), NAME));
    }

    // The cheapest form that is one term of the source, of more than the value itself if there is one.
    private Optional<Form> single(String value, String source, Known known) {
        return known.forms(value).stream()
                .filter(Form::isSum)
                .map(form -> form.terms().size() == 1
                        ? form
                        : new Form(known.cheapest(form, value), form.nodes(), form.rules(), form.after()))
                .filter(form -> form.terms().size() == 1
                        && form.terms().get(0).source().value().equals(source)
                        && !form.terms().get(0).source().last())
                .findFirst();
    }

    private Optional<Form> join(Node node, Form a, Form b, List<Outcome.Refusal> refusals) {
        Term left = a.terms().get(0);
        Term right = b.terms().get(0);
        Optional<String> reason = whyNot(left, right);
        reason.ifPresent(why -> refusals.add(new Outcome.Refusal(NAME, Reasons.unlikeBranches(node, why))));
        return reason.isPresent() ? Optional.empty() : Optional.of(a.with(b, node, List.of(apply(left, right)), ""));
    }

    /** Why {@code [a; b]} is no single term, if so. */
    public static Optional<String> whyNot(Term a, Term b) {
        return SumTerms.whyNot(a, b);
    }

    /** {@code [a; b]}, if {@link #whyNot} is empty. */
    public static Term apply(Term a, Term b) {
        if (a.identity() && b.identity()) {
            Channels both = a.channels().and(b.channels());
            return Term.identity(
                    a.source().whole().picking(both), both.size(), a.axes().size());
        }
        if (a.source().channels().equals(b.source().channels())) {
            return stacked(Regroup.apply(a, 1), Regroup.apply(b, 1), a.source(), a.inputs(), 1);
        }
        return groupsAgree(a, b)
                ? stacked(
                        a,
                        b,
                        a.source().whole().picking(a.channels().and(b.channels())),
                        a.inputs() + b.inputs(),
                        a.groups() + b.groups())
                : apply(SelectChannels.absorb(a), SelectChannels.absorb(b));
    }

    private static boolean groupsAgree(Term a, Term b) {
        return a.groupInputs() == b.groupInputs() && a.outputs() / a.groups() == b.outputs() / b.groups();
    }

    private static Term stacked(Term a, Term b, TermInput source, int inputs, int groups) {
        Term left = EmbedKernel.apply(a, EmbedKernel.union(a, b));
        Term right = EmbedKernel.apply(b, EmbedKernel.union(a, b));
        return new Term(
                source.within(SumTerms.border(a, b)),
                a.outputs() + b.outputs(),
                inputs,
                groups,
                left.axes(),
                false,
                a.biased() || b.biased(),
                () -> stack(left, right));
    }

    private static Weights stack(Term a, Term b) {
        Weights left = a.weights().get();
        Weights right = b.weights().get();
        return new Weights(a.outputs() + b.outputs(), o -> o < a.outputs() ? left.row(o) : right.row(o - a.outputs()));
    }
}
