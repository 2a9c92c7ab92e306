package io.foldserve.fold.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.GraphFolder;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is left out before a layer takes anything in, what its readers read instead, and the sentence of what stays. */
class NoOpsTest {
    private static Graphs relu() {
        return Graphs.of(1, 2, 3, 3).node("Relu", "relu", "x");
    }

    private static void leaves(Graph graph, String... nodes) {
        assertThat(NoOps.leftOut(GraphFacts.of(graph)).graph().nodes())
                .extracting(Node::toString)
                .containsExactly(nodes);
    }

    private static void declines(Graph graph, String... sentences) {
        assertThat(IslandPlan.of(NoOps.leftOut(GraphFacts.of(graph)), CostSource.GENERIC)
                        .declined())
                .extracting(Declined::reason)
                .containsExactly(sentences);
    }

    @Test
    void aChainHandsItsFirstValueOn() {
        Graph graph = relu().node("Identity", "a", "relu")
                .node("Dropout", "b", "a")
                .node("Identity", "c", "b")
                .node("Neg", "y", "c")
                .outputs("y");
        leaves(graph, "relu = Relu(x)", "y = Neg(relu)");
        declines(graph);
    }

    @Test
    void aGraphOutputGivesItsNameToWhatItIs() {
        Graph graph = relu().node("Identity", "a", "relu")
                .node("Neg", "n", "a")
                .node("Identity", "y", "a")
                .outputs("n", "y");
        leaves(graph, "y = Relu(x)", "n = Neg(y)");
        declines(graph);
    }

    @Test
    void ofTwoOutputsThatAreOneValueTheSecondIsACopy() {
        Graph graph = relu().node("Identity", "y", "relu")
                .node("Identity", "z", "relu")
                .outputs("y", "z");
        leaves(graph, "y = Relu(x)", "z = Identity(y)");
        declines(
                graph,
                "Identity z makes the graph output z of y, and both must keep their names; remove z from the outputs "
                        + "to fold.");
    }

    @Test
    void aChainFromAnInputToAnOutputBecomesOneCopy() {
        Graph graph = Graphs.of(1, 2)
                .node("Identity", "a", "x")
                .node("Identity", "y", "a")
                .outputs("y");
        leaves(graph, "y = Identity(x)");
        declines(
                graph,
                "Identity y makes the graph output y of x, and both must keep their names; remove y from the outputs "
                        + "to fold.");
    }

    @Test
    void aMaskThatNothingReadsOnceNoOpsAreLeftOutIsLeftOutToo() {
        Graph graph = relu().node("Dropout", "drop", Map.of(), List.of("kept", "mask"), "relu")
                .node("Identity", "unread", "mask")
                .node("Neg", "y", "kept")
                .outputs("y");
        leaves(graph, "relu = Relu(x)", "y = Neg(relu)");
    }

    @Test
    void aMaskThatIsAnOutputStays() {
        Graph graph = relu().node("Dropout", "drop", Map.of(), List.of("kept", "mask"), "relu")
                .node("Neg", "y", "kept")
                .outputs("y", "mask");
        leaves(graph, "relu = Relu(x)", "kept, mask = Dropout(relu)", "y = Neg(kept)");
        declines(
                graph,
                "Dropout drop makes a second output mask, which the graph's caller needs; to fold, nothing may need "
                        + "it.");
    }

    @Test
    void whatASubgraphReadsByItsNameStays() {
        Graph after = relu().node("Identity", "a", "relu")
                .scalar("choice", 1)
                .capturing("y", "a", "choice")
                .outputs("y");
        leaves(after, "relu = Relu(x)", "a = Identity(relu)", "y = If(choice)");
        declines(
                after,
                "Identity a stands at a, which a subgraph of If y reads by that name; let the subgraph read an "
                        + "Identity of it.");
        Graph before = relu().node("Identity", "a", "relu")
                .scalar("choice", 1)
                .capturing("y", "relu", "choice")
                .outputs("a", "y");
        declines(
                before,
                "Identity a stands at relu, which a subgraph of If y reads by that name; let the subgraph read an "
                        + "Identity of it.");
    }

    @Test
    void aBatchNormBehindANoOpIsTakenIn() {
        Graph graph = relu().point("conv", "relu", 2, 2)
                .node("Identity", "a", "conv")
                .floats("one", Shape.of(2), 1, 1)
                .floats("half", Shape.of(2), 0.5, 0.5)
                .node("BatchNormalization", "norm", "a", "one", "half", "half", "one")
                .node("Identity", "y", "norm")
                .outputs("y");
        assertThat(GraphFolder.fold(graph).graph().nodes())
                .extracting(Node::toString)
                .containsExactly("relu = Relu(x)", "y = Conv(relu, conv.weight, conv.bias)");
        declines(graph);
    }

    @Test
    void aNoOpOfAnotherDomainIsNone() {
        Graph graph = Graphs.of(1, 2)
                .foreign("Identity", "a", "x")
                .node("Relu", "y", "a")
                .outputs("y");
        leaves(graph, "a = Identity(x)", "y = Relu(a)");
        declines(graph);
    }
}
