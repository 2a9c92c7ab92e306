package io.foldserve.fold.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.FoldAudit;
import io.foldserve.fold.Folded;
import io.foldserve.fold.GraphFolder;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators that keep their place take in, on whole plans: what becomes of them, and who declines why. */
class KeptOperatorsTest {
    private static IslandPlan plan(Graph graph) {
        return IslandPlan.of(NoOps.leftOut(GraphFacts.of(graph)), CostSource.GENERIC);
    }

    private static Island island(Graph graph) {
        return plan(graph).islands().get(0);
    }

    private static Weights weights(Graph graph) {
        return island(graph).kept().orElseThrow().weights().get();
    }

    private static void declines(Graph graph, String rule, String sentence) {
        assertThat(plan(graph).declined())
                .filteredOn(declined -> declined.rule().equals(rule))
                .extracting(Declined::reason)
                .containsExactly(sentence);
    }

    private static Graphs conv() {
        return Graphs.of(1, 1, 3, 3)
                .floats("w", Shape.of(2, 1, 1, 1), 3, 5)
                .floats("b", Shape.of(2), 1, -1)
                .node("Conv", "conv", "x", "w", "b");
    }

    private static Graphs norm(Graphs before, String value, double variance) {
        return norm(before, value, Map.of(), variance);
    }

    private static Graphs norm(Graphs before, String value, Map<String, Attribute> more, double variance) {
        Map<String, Attribute> attributes = new HashMap<>(more);
        attributes.put("epsilon", Attribute.of(1.0));
        return before.floats("gamma", Shape.of(2), 3, -2)
                .floats("beta", Shape.of(2), 5, 1)
                .floats("mean", Shape.of(2), 2, 4)
                .floats("variance", Shape.of(2), variance, 15)
                .node("BatchNormalization", "norm", attributes, value, "gamma", "beta", "mean", "variance");
    }

    @Test
    void foldsABatchNormIntoTheConvolutionBeforeIt() {
        // Scales 1.5 and -0.5, shifts 2 and 3.
        Graph graph = norm(conv(), "conv", 3).outputs("norm");
        assertThat(weights(graph).row(0).kernel()).containsExactly(4.5);
        assertThat(weights(graph).row(1).kernel()).containsExactly(-2.5);
        assertThat(weights(graph).row(0).bias()).isEqualTo(3.5);
        assertThat(weights(graph).row(1).bias()).isEqualTo(3.5);
        assertThat(plan(graph).declined()).isEmpty();
    }

    private static Graphs twice() {
        Map<String, Attribute> epsilon = Map.of("epsilon", Attribute.of(1.0));
        return norm(conv(), "conv", 3)
                .node("BatchNormalization", "again", epsilon, "norm", "gamma", "beta", "mean", "variance");
    }

    @Test
    void foldsTwoBatchNormsInARow() {
        Graph graph = twice().outputs("again");
        assertThat(island(graph).rules()).containsExactly("batch-norm", "batch-norm");
        assertThat(weights(graph).row(0).kernel()).containsExactly(6.75);
        assertThat(weights(graph).row(0).bias()).isEqualTo(7.25);
        assertThat(GraphFolder.fold(graph).graph().nodes())
                .extracting(Node::output)
                .containsExactly("again");
    }

    @Test
    void callsWhatALayerMakesByItsNameOnceItTookAnotherIn() {
        Graph graph = twice().node("Relu", "relu", "norm").outputs("again", "relu");
        assertThat(island(graph).rules()).containsExactly("batch-norm");
        declines(
                graph,
                "batch-norm",
                "BatchNormalization again reads conv of Conv conv, which relu reads too; to fold, nothing else may "
                        + "need it.");
    }

    @Test
    void declinesABatchNormThatASubgraphReadsByItsName() {
        declines(
                norm(conv(), "conv", 3)
                        .scalar("choice", 1)
                        .capturing("y", "norm", "choice")
                        .outputs("y"),
                "batch-norm",
                "BatchNormalization norm stands at norm, which a subgraph of If y reads by that name; let the "
                        + "subgraph read an Identity of it.");
    }

    @Test
    void declinesABatchNormWithoutALayerBeforeIt() {
        Graph first = norm(Graphs.of(1, 2, 3, 3), "x", 3).outputs("norm");
        declines(
                first,
                "batch-norm",
                "BatchNormalization norm reads x, which no node computes, expected a convolution or fully connected "
                        + "layer before it.");
        Graph later =
                norm(Graphs.of(1, 2, 3, 3).node("Relu", "relu", "x"), "relu", 3).outputs("norm");
        declines(
                later,
                "batch-norm",
                "BatchNormalization norm follows Relu relu, expected a convolution or fully connected layer before "
                        + "it.");
    }

    @Test
    void declinesABatchNormOfWhatSomeoneElseReads() {
        declines(
                norm(conv(), "conv", 3).node("Relu", "relu", "conv").outputs("norm", "relu"),
                "batch-norm",
                "BatchNormalization norm reads conv of Conv conv, which relu reads too; to fold, nothing else may "
                        + "need it.");
    }

    @Test
    void declinesANegativeVariance() {
        declines(
                norm(conv(), "conv", -1).outputs("norm"),
                "batch-norm",
                "BatchNormalization norm scales channel 0 by Infinity and shifts it by -Infinity, expected finite "
                        + "numbers; check that variance plus epsilon is positive.");
    }

    @Test
    void declinesABatchNormAfterALayerThatCannotFold() {
        declines(
                norm(Graphs.of(1, 1, 3, 3).input("w", 2, 1, 1, 1).node("Conv", "conv", "x", "w"), "conv", 3)
                        .outputs("norm"),
                "batch-norm",
                "BatchNormalization norm follows a layer that cannot fold: Conv conv reads its kernel w from data, "
                        + "expected a constant; export it as an initializer.");
    }

    private static Graphs product() {
        return Graphs.of(3, 2).floats("w", Shape.of(2, 2), 1, 2, 3, 4).node("MatMul", "product", "x", "w");
    }

    @Test
    void foldsASumAfterAMatrixProductIntoItsBias() {
        Graph graph = product()
                .floats("c", Shape.of(1, 2), 7, 8)
                .node("Add", "y", "c", "product")
                .outputs("y");
        assertThat(island(graph).rules()).containsExactly("bias");
        assertThat(weights(graph).row(0).kernel()).containsExactly(1, 3);
        assertThat(weights(graph).row(1).bias()).isEqualTo(8);
    }

    @Test
    void declinesASumThatIsNotForEachColumn() {
        declines(
                product()
                        .floats("c", Shape.of(3, 1), 7, 8, 9)
                        .node("Add", "y", "product", "c")
                        .outputs("y"),
                "bias",
                "Add y adds c of shape 3×1, expected one value for each of its 2 outputs.");
    }

    @Test
    void declinesASumOfMoreAxesThanAMatrixHas() {
        declines(
                product()
                        .floats("c", Shape.of(1, 1, 2), 7, 8)
                        .node("Add", "y", "product", "c")
                        .outputs("y"),
                "bias",
                "Add y adds c of shape 1×1×2, expected one value for each of its 2 outputs.");
    }

    @Test
    void declinesASumAfterAProductThatSomeoneElseReads() {
        declines(
                product()
                        .floats("c", Shape.of(2), 7, 8)
                        .node("Add", "y", "product", "c")
                        .node("Relu", "z", "product")
                        .outputs("y", "z"),
                "bias",
                "Add y reads product of MatMul product, which z reads too; to fold, nothing else may need it.");
    }

    @Test
    void declinesASumThatASubgraphReadsByItsName() {
        declines(
                product()
                        .floats("c", Shape.of(2), 7, 8)
                        .node("Add", "sum", "product", "c")
                        .scalar("choice", 1)
                        .capturing("y", "sum", "choice")
                        .outputs("y"),
                "bias",
                "Add sum stands at sum, which a subgraph of If y reads by that name; let the subgraph read an "
                        + "Identity of it.");
    }

    @Test
    void doesNotFireOnASumOfTokens() {
        Graph graph = Graphs.of(1, 3, 2)
                .floats("w", Shape.of(2, 2), 1, 2, 3, 4)
                .node("MatMul", "product", "x", "w")
                .floats("c", Shape.of(2), 7, 8)
                .node("Add", "y", "product", "c")
                .outputs("y");
        assertThat(plan(graph).islands()).isEmpty();
    }

    @Test
    void foldsAComputedKernel() {
        Graph graph = Graphs.of(1, 1, 3, 3)
                .floats("w", Shape.of(1, 1, 1, 1), 3)
                .floats("g", Shape.of(), 2)
                .node("Mul", "kernel", "w", "g")
                .node("Conv", "conv", "x", "kernel")
                .outputs("conv");
        assertThat(island(graph).rules()).containsExactly("weight-program");
        assertThat(weights(graph).row(0).kernel()).containsExactly(6);
    }

    @Test
    void doesNotFireOnAStoredKernel() {
        assertThat(plan(conv().outputs("conv")).islands()).isEmpty();
    }

    @Test
    void leavesAnIdentityOut() {
        Graph graph = conv().node("Identity", "same", "conv")
                .node("Relu", "y", "same")
                .outputs("y");
        assertThat(GraphFolder.fold(graph).graph().nodes())
                .extracting(Node::name)
                .containsExactly("conv", "y");
    }

    @Test
    void declinesADropoutThatMayTrain() {
        declines(
                conv().floats("ratio", Shape.of(), 0.5)
                        .scalar("mode", 1)
                        .node("Dropout", "drop", "conv", "ratio", "mode")
                        .outputs("drop"),
                "no-op",
                "Dropout drop may drop values, for its training mode mode is not a constant false; call eval() "
                        + "before export.");
    }

    @Test
    void declinesAnIdentityBetweenTwoNamesOfTheGraph() {
        declines(
                Graphs.of(1, 1, 3, 3).node("Identity", "y", "x").outputs("y"),
                "no-op",
                "Identity y makes the graph output y of x, and both must keep their names; remove y from the outputs "
                        + "to fold.");
    }

    @Test
    void declinesStatisticsOfTheBatch() {
        declines(
                norm(conv(), "conv", Map.of("training_mode", Attribute.of(1)), 3)
                        .outputs("norm"),
                "batch-norm",
                "BatchNormalization norm normalises with the statistics of its batch (training_mode = 1), expected "
                        + "its running statistics; call eval() before export.");
    }

    @Test
    void declinesStatisticsOfData() {
        declines(
                conv().input("s", 2)
                        .node("BatchNormalization", "norm", "conv", "b", "b", "s", "b")
                        .outputs("norm"),
                "batch-norm",
                "BatchNormalization norm reads s from data, expected a constant; call eval() before export.");
    }

    @Test
    void declinesABatchNormOfAnotherAxisThanThatOfTokens() {
        declines(
                norm(
                                Graphs.of(1, 2, 3)
                                        .floats("w", Shape.of(3, 4), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
                                        .node("MatMul", "product", "x", "w"),
                                "product",
                                3)
                        .outputs("norm"),
                "batch-norm",
                "BatchNormalization norm normalises axis 1, but the channels of MatMul product before it are its "
                        + "last axis; transpose them to axis 1 first.");
    }

    @Test
    void declinesABatchNormOfAGraphOutput() {
        declines(
                norm(conv(), "conv", 3).outputs("norm", "conv"),
                "batch-norm",
                "BatchNormalization norm reads conv of Conv conv, which is also a graph output; remove conv from the "
                        + "outputs to fold.");
    }

    @Test
    void declinesADropoutWhoseMaskIsRead() {
        declines(
                conv().node("Dropout", "drop", Map.of(), List.of("kept", "mask"), "conv")
                        .node("Relu", "y", "kept")
                        .node("Cast", "z", Map.of("to", Attribute.of(1)), "mask")
                        .outputs("y", "z"),
                "no-op",
                "Dropout drop makes a second output mask, which z needs; to fold, nothing may need it.");
    }

    @Test
    void takesABatchNormIntoTheOneOperatorThatARunOfManyBecame() {
        Graphs run = Graphs.of(1, 2, 3, 3);
        String value = "x";
        for (int i = 0; i < 128; i++) {
            run.floats("w" + i, Shape.of(2, 2, 1, 1), 0.5, 0.5, 0.5, -0.5).node("Conv", "conv" + i, value, "w" + i);
            value = "conv" + i;
        }
        Graph graph = norm(run, value, 3).outputs("norm");
        assertThat(island(graph).rules()).contains("sequence").endsWith("batch-norm");
        assertThat(plan(graph).declined())
                .filteredOn(declined -> declined.node().equals("norm"))
                .extracting(Declined::rule)
                .doesNotContain("batch-norm");
        Folded folded = FoldAudit.measure(GraphFolder.fold(graph), 7);
        assertThat(folded.graph().nodes()).extracting(Node::op).containsExactly("Conv");
    }
}
