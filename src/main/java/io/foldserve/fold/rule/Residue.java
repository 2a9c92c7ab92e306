package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.util.Optional;

/**
 * What is left of a batch norm's offset after its own value at zero was subtracted, which is rounding and not an
 * offset.
 *
 * <p>Exporters write a padding by {@code v = β − t·μ}, the batch norm of zero, as subtract v, pad with zeros, add v,
 * with v computed in float32 from the same γ, β, μ, σ² and ε. In float64 the offset {@code r = (β − t·μ) − v} is then
 * not zero but as large as the roundings of v: with u = 2⁻²⁴ (of a v that is not float32, its own type's), the sum
 * σ² + ε is off by u, its root by ½u + u, the quotient t by another u and the product t·μ by another:
 * {@code 3.5u·|t·μ|}; and the difference by {@code u·|v|}. So {@code |r| ≤ u·(3.5·|t·μ| + |v|)} for each channel, to
 * first order in u, is no more than v's type itself could say, and the padding is by β − t·μ.
 *
 * <p>The fold then pads by r instead of zero before v is added, so that it changes border positions alone, by at most
 * |K|·|r|; it is measured against the training form with v in float64, to the same tolerance as any other.
 *
 * <p>Declines what is larger, a batch norm of something that has an offset itself, and a padding behind which another
 * constant than v is added.
 *
 * <p>Source: Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition, section 2.2 (the standard model);
 * Ding et al., "Diverse Branch Block", arXiv 2103.13425, section 3.2 (the padding).
 */
public final class Residue {
    public static final String NAME = "residue";

    /** The rule's entry in the glossary. */
    static final RuleEntry ENTRY = new RuleEntry(
            NAME,
            "What a batch norm leaves of its own value at zero, subtracted before a padding, is rounding and no "
                    + "offset.",
            "Higham, \"Accuracy and Stability of Numerical Algorithms\", section 2.2; "
                    + "Ding et al., \"Diverse Branch Block\", arXiv 2103.13425, section 3.2");

    private static final double ROUNDINGS = 3.5;

    private Residue() {}

    /**
     * True when the offset of {@code form}, which {@code padding} pads with zeros, is what a batch norm leaves from
     * which its own value at zero was subtracted, and what was subtracted is added again behind the padding.
     */
    static boolean isOffsetOf(Form form, Node padding, Known known) {
        GraphFacts facts = known.facts();
        Node last = form.nodes().get(form.nodes().size() - 1);
        Optional<Node> norm = norm(facts.graph(), facts.constants(), last).filter(form.nodes()::contains);
        return padding.is("Pad")
                && form.terms().size() == 1
                && norm.filter(node ->
                                known.forms(node.inputs().get(0)).stream().allMatch(Residue::hasNoOffset))
                        .isPresent()
                && isAddedAgain(facts.graph(), padding, last.inputs().get(1))
                && exact(facts.graph(), facts.constants(), last).isPresent();
    }

    private static boolean isAddedAgain(Graph graph, Node padding, String value) {
        return graph.consumers(padding.output()).stream()
                .allMatch(node -> node.is("Add") && node.inputs().contains(value));
    }

    // The batch norm from which the node subtracts a constant.
    private static Optional<Node> norm(Graph graph, ConstantValues constants, Node node) {
        return Optional.of(node)
                .filter(last ->
                        last.is("Sub") && constants.contains(last.inputs().get(1)))
                .flatMap(last -> graph.producer(last.inputs().get(0)))
                .filter(before -> before.is("BatchNormalization"));
    }

    private static boolean hasNoOffset(Form form) {
        return form.terms().stream().noneMatch(term -> term.biased());
    }

    /**
     * The value at zero of the batch norm from which {@code node} subtracts a rounding of it, in float64 and of the
     * shape of that constant, the second input; empty if {@code node} subtracts anything else.
     */
    public static Optional<Tensor> exact(Graph graph, ConstantValues constants, Node node) {
        return norm(graph, constants, node)
                .flatMap(norm -> exact(constants, norm, node.inputs().get(1)));
    }

    private static Optional<Tensor> exact(ConstantValues constants, Node norm, String value) {
        Weights affine = BatchNormMap.affine(constants, norm);
        double[] beta = constants.evaluate(norm.inputs().get(2)).toDoubles();
        Tensor rounded = constants.evaluate(value);
        double[] exact = new double[affine.outputs()];
        double[] found = rounded.toDoubles();
        double roundoff = constants.foldedType(value).orElse(DType.FLOAT32).unitRoundoff();
        boolean fits = found.length == exact.length;
        for (int c = 0; fits && c < exact.length; c++) {
            exact[c] = affine.row(c).bias();
            double bound = roundoff * (ROUNDINGS * Math.abs(beta[c] - exact[c]) + Math.abs(found[c]));
            fits = Math.abs(exact[c] - found[c]) <= bound;
        }
        return fits ? Optional.of(Tensor.ofDoubles(rounded.shape(), exact)) : Optional.empty();
    }
}
