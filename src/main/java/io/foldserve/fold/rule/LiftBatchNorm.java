package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.Optional;
import java.util.Set;

/**
 * The term of a batch norm with stored statistics: a diagonal 1×1 kernel and a bias.
 *
 * <p>Algebra: {@code t = γ/√(var + ε)}, {@code y = t·x + (β − t·μ)}.
 *
 * <p>Source: Ioffe and Szegedy, "Batch Normalization", arXiv 1502.03167, algorithm 2.
 *
 * <p>Declines what {@link BatchNormMap} declines.
 */
final class LiftBatchNorm extends Lift {
    private final ConstantValues constants;

    LiftBatchNorm(GraphFacts facts) {
        super(facts);
        this.constants = facts.constants();
    }

    @Override
    public String sentence() {
        return "A batch norm with stored statistics is a diagonal 1×1 kernel and a bias.";
    }

    @Override
    public String source() {
        return "Ioffe and Szegedy, \"Batch Normalization\", arXiv 1502.03167, algorithm 2";
    }

    @Override
    public Set<String> operators() {
        return Set.of("BatchNormalization");
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        return BatchNormMap.whyNotStatistics(constants, node, Optional.of(shape.extent(1)))
                .or(() -> BatchNormMap.whyNotFinite(node, BatchNormMap.affine(constants, node)));
    }

    @Override
    Term term(Node node, Shape shape) {
        return Term.diagonal(TermInput.of(node.inputs().get(0)), shape, BatchNormMap.affine(constants, node));
    }
}
