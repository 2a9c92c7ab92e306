package io.foldserve.fold;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.report.ReportWriter;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.rule.NoOps;
import io.foldserve.fold.rule.Rules;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.write.IslandGraph;
import io.foldserve.fold.write.IslandNumbers;
import io.foldserve.graph.Graph;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folds a network's training form into the network that is served.
 *
 * <p>DO-Conv kernels are composed, batch norms become part of the layer before them, and what does nothing at inference
 * is left out; a linear island (branches that are added or concatenated, sequences of convolutions, affine maps before
 * them) becomes the cheapest exact set of convolutions. All in float64, with each kernel rounded once: to float32, or
 * to the type in which a file computes. The result is, node for node, the graph of the plain network with its batch
 * norms folded; a folded layer {@code x} reads the constants {@code x.weight} and {@code x.bias}. What cannot be folded
 * exactly stays as it is, and the report says why.
 *
 * <p>Stateless and thread-safe. Layers are composed in parallel, and the result does not depend on the number of
 * threads.
 */
public final class GraphFolder {
    private GraphFolder() {}

    /** Folds {@code trainingForm} at the prices of {@link CostSource#GENERIC}. */
    public static Folded fold(Graph trainingForm) {
        return fold(trainingForm, CostSource.GENERIC);
    }

    /**
     * Folds {@code trainingForm}, a well-formed graph. Operators that are not known, and values whose shapes are not,
     * stay as they are; a rule that needs to know declines. Nothing is measured; see {@link FoldAudit}.
     *
     * @param costSource prices the exact alternatives, the cheapest of which are kept
     * @throws io.foldserve.graph.ShapeException if a node's inputs contradict its operator
     */
    public static Folded fold(Graph trainingForm, CostSource costSource) {
        GraphFacts normal = GraphFacts.ofNormalForm(trainingForm);
        GraphFacts training = NoOps.leftOut(normal);
        IslandPlan plan = IslandPlan.of(training, costSource);
        IslandGraph islands = IslandGraph.of(training, plan.islands(), IslandNumbers.ROUNDED);
        FoldReport report = ReportWriter.of(normal, training, plan, islands.facts());
        Folded folded = new Folded(islands.graph(), report, training, plan, islands.names());
        FoldLog.folded(trainingForm, folded);
        return folded;
    }

    /** The glossary: every rule that a report may name, in one sentence, with its source. */
    public static List<RuleEntry> rules() {
        return Stream.of(Rules.glossary(), IslandPlan.glossary(), List.of(NoOps.ENTRY))
                .flatMap(List::stream)
                .distinct()
                .toList();
    }
}
