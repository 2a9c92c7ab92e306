package io.foldserve.fold.layer;

import io.foldserve.fold.facts.DoConvProgram;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.rule.Layer;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Optional;

/**
 * A kernel that is computed from constants only is computed once, in float64.
 *
 * <p>Algebra: {@code K = f(θ)} for the stored tensors θ becomes the constant K; always exact. Reported as
 * {@code do-conv} when f is the DO-Conv composition (see {@link DoConvProgram} for its formula and source), else as
 * {@code weight-program}.
 *
 * <p>Declines a kernel that depends on data.
 */
final class EvaluateWeightProgram implements LayerRule {
    static final String DO_CONV = "do-conv";
    static final String OTHER = "weight-program";

    @Override
    public String name() {
        return OTHER;
    }

    @Override
    public List<RuleEntry> glossary() {
        return List.of(
                new RuleEntry(
                        DO_CONV,
                        "A kernel that DO-Conv composes of two is computed once, in float64.",
                        "Cao et al., \"DO-Conv\", arXiv 2006.12030, section 3.2"),
                new RuleEntry(
                        OTHER,
                        "A kernel that is computed from constants only is computed once, in float64.",
                        "evaluation of a constant expression"));
    }

    @Override
    public LayerOutcome apply(WorkingGraph working, Node node) {
        if (!Operators.isLinear(node)) {
            return LayerOutcome.notMine();
        }
        Optional<String> refusal = working.refusal(node);
        if (refusal.isPresent()) {
            return LayerOutcome.refused(refusal.get());
        }
        Optional<Layer> open = working.layer(node.name())
                .filter(layer -> layer.program().isEmpty())
                .filter(layer -> working.constants().isComputed(layer.kernel()));
        open.ifPresent(layer -> working.put(layer.evaluatedBy(rule(working, layer))));
        return open.isPresent() ? LayerOutcome.applied() : LayerOutcome.notMine();
    }

    private static String rule(WorkingGraph working, Layer layer) {
        return DoConvProgram.find(working.training(), layer.kernel()).isPresent() ? DO_CONV : OTHER;
    }
}
