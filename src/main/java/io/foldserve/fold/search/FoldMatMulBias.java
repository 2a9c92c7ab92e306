package io.foldserve.fold.search;

import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.rule.LinearOperators;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.Reasons;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * A constant added to the columns of a matrix product becomes the bias of one Gemm.
 *
 * <p>Algebra: {@code x [N, I]}, {@code W [I, O]}, {@code c [O]}: {@code (x·W) + c} is Gemm(x, W, c), exactly.
 *
 * <p>Declines a sum that is not per output column, a product that someone else reads, and one that has taken in as much
 * as it can be composed with.
 */
final class FoldMatMulBias {
    /** The entry in the glossary. */
    static final RuleEntry ENTRY = new RuleEntry(
            "bias",
            "A constant that is added to the columns of a matrix product becomes the bias of one Gemm.",
            "the definition of ONNX's Gemm");

    private FoldMatMulBias() {}

    /** Lets the matrix product before the sum {@code node} take it in, or says why not; if there is one. */
    static void visit(Node node, KeptOperators operators) {
        for (int operand = 0; operand < 2; operand++) {
            String product = node.inputs().get(operand);
            String addend = node.inputs().get(1 - operand);
            Optional<Island> island = operators
                    .producer(product)
                    .filter(producer -> producer.is("MatMul") && isMatrix(operators, product))
                    .flatMap(operators::island)
                    .filter(found -> found.kept().isPresent());
            if (island.isPresent() && operators.constants().contains(addend)) {
                fold(node, operators, island.get(), product, addend);
                return;
            }
        }
    }

    // Gemm has no other.
    private static boolean isMatrix(KeptOperators operators, String product) {
        return operators.shape(product).filter(shape -> shape.rank() == 2).isPresent();
    }

    private static void fold(Node node, KeptOperators operators, Island island, String product, String addend) {
        Tensor values = operators.constants().evaluate(addend);
        int outputs = KeptOperators.outputs(island);
        boolean perColumn = LinearOperators.perChannel(values.shape(), outputs)
                && values.shape().rank() <= 2;
        Optional<String> reason = perColumn
                ? operators
                        .whyNotAlone(node, product, island.principal())
                        .or(() -> operators.whyNotLeftOut(node, product))
                        .or(() -> KeptOperators.whyNotMore(node, island))
                : Optional.of(Reasons.biasShape(node, addend, values.shape(), outputs));
        reason.ifPresentOrElse(
                why -> operators.decline(node, ENTRY.name(), why),
                () -> operators.takeIn(island, node, ENTRY.name(), shift(values.toDoubles(), outputs)));
    }

    private static Weights shift(double[] values, int outputs) {
        double[] ones = new double[outputs];
        double[] shift = new double[outputs];
        Arrays.fill(ones, 1);
        Arrays.setAll(shift, o -> values[values.length == 1 ? 0 : o]);
        return new Weights(ones, shift);
    }
}
