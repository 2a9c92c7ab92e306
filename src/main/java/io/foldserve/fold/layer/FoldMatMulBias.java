package io.foldserve.fold.layer;

import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.rule.AbsorbedAffine;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.rule.LinearOperators;
import io.foldserve.fold.term.Reasons;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A constant added to the columns of a matrix product becomes the bias of one Gemm.
 *
 * <p>Algebra: {@code x [N, I]}, {@code W [I, O]}, {@code c [O]}: {@code (x·W) + c} is Gemm(x, W, c), exactly.
 *
 * <p>Declines a sum that is not per output column, and a product that someone else reads.
 */
final class FoldMatMulBias implements LayerRule {
    @Override
    public String name() {
        return "bias";
    }

    @Override
    public List<RuleEntry> glossary() {
        return List.of(new RuleEntry(
                name(),
                "A constant that is added to the columns of a matrix product becomes the bias of one Gemm.",
                "the definition of ONNX's Gemm"));
    }

    @Override
    public LayerOutcome apply(WorkingGraph working, Node node) {
        if (!node.is("Add")) {
            return LayerOutcome.notMine();
        }
        for (int operand = 0; operand < 2; operand++) {
            String product = node.inputs().get(operand);
            String addend = node.inputs().get(1 - operand);
            Optional<Layer> layer = working.producer(product)
                    .filter(producer -> producer.is("MatMul") && isMatrix(working, product))
                    .flatMap(producer -> working.layer(producer.name()));
            if (layer.isPresent() && working.constants().contains(addend)) {
                return fold(working, node, layer.get(), product, addend);
            }
        }
        return LayerOutcome.notMine();
    }

    // Gemm has no other.
    private static boolean isMatrix(WorkingGraph working, String product) {
        return Optional.ofNullable(working.shapes().get(product))
                .filter(shape -> shape.rank() == 2)
                .isPresent();
    }

    private LayerOutcome fold(WorkingGraph working, Node node, Layer layer, String product, String addend) {
        double[] values = working.constants().evaluate(addend).toDoubles();
        Shape shape = working.constants().evaluate(addend).shape();
        int outputs = layer.layout().outputs();
        if (!LinearOperators.perChannel(shape, outputs) || shape.rank() > 2) {
            return LayerOutcome.refused(Reasons.biasShape(node, addend, shape, outputs));
        }
        Optional<String> reason =
                working.whyNotAlone(node, product, layer.node()).or(() -> working.whyNotDissolve(node, product));
        if (reason.isPresent()) {
            return LayerOutcome.refused(reason.get());
        }
        double[] ones = new double[outputs];
        double[] shift = new double[outputs];
        Arrays.fill(ones, 1);
        Arrays.setAll(shift, o -> values[values.length == 1 ? 0 : o]);
        working.put(layer.then(new AbsorbedAffine(name(), node, new Weights(ones, shift))));
        working.dissolve(node, product);
        return LayerOutcome.applied();
    }
}
