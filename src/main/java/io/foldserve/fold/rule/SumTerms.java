package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Reasons;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Terms that read the same value and are added become one term.
 *
 * <p>Algebra: after {@link EmbedKernel} and {@link Regroup} to {@code g' = gcd(g₁, g₂)}, and {@link SelectChannels} if
 * they read different channels, {@code K = K₁ + K₂} and {@code b = b₁ + b₂}; a branch that is subtracted or scaled has
 * been so already. Exact.
 *
 * <p>Source: the additivity of convolution, Ding et al., "ACNet", arXiv 1908.03930, equation 3; "RepVGG", arXiv
 * 2101.03697, section 3.3.
 *
 * <p>Declines terms that read different values, have different strides, or pad with different borders.
 */
public final class SumTerms implements Rule {
    public static final String NAME = "sum";

    private final ValueShapes shapes;

    public SumTerms(GraphFacts facts) {
        this.shapes = facts.shapes();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String sentence() {
        return "Terms that read the same value and are added become one term.";
    }

    @Override
    public String source() {
        return "the additivity of convolution, Ding et al., \"ACNet\", arXiv 1908.03930, equation 3; \"RepVGG\", "
                + "arXiv 2101.03697, section 3.3";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Add", "Sub");
    }

    @Override
    public Outcome apply(Node node, Known known) {
        List<String> values = known.read(node);
        if (values.size() != 2 || !shapes.same(values.get(0), values.get(1))) {
            return Outcome.notMine();
        }
        List<Outcome.Refusal> refusals = new ArrayList<>();
        return Outcome.of(sums(node, known, refusals), refusals);
    }

    private List<Form> sums(Node node, Known known, List<Outcome.Refusal> refusals) {
        List<Form> results = new ArrayList<>();
        for (Form a : known.forms(node.inputs().get(0))) {
            for (Form b : known.forms(node.inputs().get(1))) {
                if (!a.isSum()
                        || !b.isSum()
                        || !sameFrame(a, b)
                        || !sameExtents(node, a.terms().get(0), b.terms().get(0), refusals)) {
                    continue;
                }
                List<Term> terms = new ArrayList<>(a.terms());
                terms.addAll(node.is("Add") ? b.terms() : negated(b.terms()));
                results.add(a.with(b, node, terms, NAME));
            }
        }
        return results;
    }

    // The channels of all terms of a form are on one axis; which, no sum can mix.
    private static boolean sameFrame(Form a, Form b) {
        return a.terms().get(0).frame().equals(b.terms().get(0).frame());
    }

    // Of an open size that is equal for some extents only, one kernel would be wrong for the others.
    private boolean sameExtents(Node node, Term a, Term b, List<Outcome.Refusal> refusals) {
        boolean same = shapes.isFixed(node.output())
                || !a.source().equals(b.source())
                || IntStream.range(0, a.axes().size())
                        .allMatch(
                                axis -> a.axes().get(axis).hasExtentsOf(b.axes().get(axis)));
        if (!same) {
            refusals.add(new Outcome.Refusal(NAME, openExtents(node)));
        }
        return same;
    }

    private static List<Term> negated(List<Term> terms) {
        Term first = terms.get(0);
        double[] signs = new double[first.outputs()];
        Arrays.fill(signs, -1);
        Weights negative = new Weights(signs, new double[signs.length]);
        return PostAffine.apply(Term.identity(first.source(), signs.length, 0).with(false, () -> negative), terms);
    }

    /** Why {@code a + b} is no single term, if so. */
    public static Optional<String> whyNot(Term a, Term b) {
        if (!a.source().isSameValue(b.source())) {
            return Optional.of(
                    Reasons.otherValues(a.source().value(), b.source().value()));
        }
        if (a.pads() && b.pads() && !a.source().border().equals(b.source().border())) {
            return Optional.of(borders(a.source().border(), b.source().border()));
        }
        return EmbedKernel.whyNot(a, b);
    }

    /** The border that {@code a} and {@code b} have in common: a term that pads nothing has any. */
    public static Border border(Term a, Term b) {
        return a.pads() ? a.source().border() : b.source().border();
    }

    /** {@code a + b}, if {@link #whyNot} is empty. */
    public static Term apply(Term a, Term b) {
        if (!a.source().channels().equals(b.source().channels())) {
            return apply(SelectChannels.absorb(a), SelectChannels.absorb(b));
        }
        int groups = AxisTaps.gcd(a.groups(), b.groups());
        Term left = EmbedKernel.apply(Regroup.apply(a, groups), EmbedKernel.union(a, b));
        Term right = EmbedKernel.apply(Regroup.apply(b, groups), EmbedKernel.union(a, b));
        Term sum = left.with(a.biased() || b.biased(), () -> add(left, right));
        return sum.reading(sum.source().within(border(a, b)), sum.axes().size());
    }

    private static Weights add(Term a, Term b) {
        Weights left = a.weights().get();
        Weights right = b.weights().get();
        return new Weights(a.outputs(), o -> sum(left.row(o), right.row(o)));
    }

    private static Row sum(Row a, Row b) {
        double[] sum = a.kernel().clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b.kernel()[i];
        }
        return new Row(sum, a.bias() + b.bias());
    }

    private static String borders(Border left, Border right) {
        return "they pad by %s and by %s, expected one of them".formatted(left, right);
    }

    private static String openExtents(Node node) {
        return "%s joins branches that have one size for some input sizes only; export with a fixed input size."
                .formatted(at(node));
    }
}
