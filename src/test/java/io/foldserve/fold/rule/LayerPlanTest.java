package io.foldserve.fold.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.layer.LayerPlan;
import io.foldserve.fold.result.Declined;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What layers take in, on whole plans: what a layer becomes, and the sentence of whoever declines. */
class LayerPlanTest {
    private static LayerPlan plan(Graph graph) {
        return LayerPlan.of(GraphFacts.of(graph));
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
        LayerPlan plan = plan(norm(conv(), "conv", 3).outputs("norm"));
        Layer layer = plan.layer("conv").orElseThrow();
        assertThat(layer.weights().row(0).kernel()).containsExactly(4.5);
        assertThat(layer.weights().row(1).kernel()).containsExactly(-2.5);
        assertThat(layer.weights().row(0).bias()).isEqualTo(3.5);
        assertThat(layer.weights().row(1).bias()).isEqualTo(3.5);
        assertThat(plan.declined()).isEmpty();
    }

    private static Graphs twice() {
        Map<String, Attribute> epsilon = Map.of("epsilon", Attribute.of(1.0));
        return norm(conv(), "conv", 3)
                .node("BatchNormalization", "again", epsilon, "norm", "gamma", "beta", "mean", "variance");
    }

    @Test
    void foldsTwoBatchNormsInARow() {
        LayerPlan plan = plan(twice().outputs("again"));
        Layer layer = plan.layer("conv").orElseThrow();
        assertThat(layer.rules()).containsExactly("batch-norm", "batch-norm");
        assertThat(layer.weights().row(0).kernel()).containsExactly(6.75);
        assertThat(layer.weights().row(0).bias()).isEqualTo(7.25);
        assertThat(plan.nodes()).extracting(Node::output).containsExactly("again");
    }

    @Test
    void callsWhatALayerMakesByItsNameOnceItTookAnotherIn() {
        Graph graph = twice().node("Relu", "relu", "norm").outputs("again", "relu");
        assertThat(plan(graph).layer("conv").orElseThrow().rules()).containsExactly("batch-norm");
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
        Layer layer = plan(graph).layer("product").orElseThrow();
        assertThat(layer.rules()).containsExactly("bias");
        assertThat(layer.weights().row(0).kernel()).containsExactly(1, 3);
        assertThat(layer.weights().row(1).bias()).isEqualTo(8);
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
        assertThat(plan(graph).layer("product").orElseThrow().isFolded()).isFalse();
    }

    @Test
    void foldsAComputedKernel() {
        Graph graph = Graphs.of(1, 1, 3, 3)
                .floats("w", Shape.of(1, 1, 1, 1), 3)
                .floats("g", Shape.of(), 2)
                .node("Mul", "kernel", "w", "g")
                .node("Conv", "conv", "x", "kernel")
                .outputs("conv");
        Layer layer = plan(graph).layer("conv").orElseThrow();
        assertThat(layer.rules()).containsExactly("weight-program");
        assertThat(layer.weights().row(0).kernel()).containsExactly(6);
    }

    @Test
    void doesNotFireOnAStoredKernel() {
        assertThat(plan(conv().outputs("conv")).layer("conv").orElseThrow().isFolded())
                .isFalse();
    }

    @Test
    void leavesAnIdentityOut() {
        LayerPlan plan = plan(conv().node("Identity", "same", "conv")
                .node("Relu", "y", "same")
                .outputs("y"));
        assertThat(plan.nodes()).extracting(Node::name).containsExactly("conv", "y");
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
}
