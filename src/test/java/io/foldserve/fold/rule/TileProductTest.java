package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TileProductTest {
    private static Graphs tiles(int groups, long... pads) {
        return Graphs.of(1, 2, 1, 2)
                .longs("flat.to", -1, 4, 1, 1)
                .longs("tiles.to", -1, 2, 1, 2)
                .node("Reshape", "flat", "x", "flat.to")
                .floats("fc.weight", Shape.of(4, 4, 1, 1), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
                .floats("fc.bias", Shape.of(4), 1, 2, 3, 4)
                .node("Conv", "fc", "flat", "fc.weight", "fc.bias")
                .node("Reshape", "tiles", "fc", "tiles.to")
                .node("Reshape", "local", "x", "tiles.to")
                .floats(
                        "w",
                        Shape.of(2, 2 / groups, 1, 3),
                        Arrays.copyOf(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 12 / groups))
                .node("Conv", "conv", Map.of("pads", Attribute.ints(pads), "group", Attribute.of(groups)), "local", "w")
                .node("Add", "y", "tiles", "conv");
    }

    @Test
    void foldsAConvolutionOfTilesIntoTheMatrix() {
        Graph graph = tiles(1, 0, 1, 0, 1).outputs("y");
        assertThatRule(TileProduct::new).on(graph).folds("y", "fc", "conv", "y");
        Term term = assertThatRule(TileProduct::new).on(graph).term("y");
        assertThat(term.weights().get().kernel())
                .containsExactly(3, 5, 8, 10, 6, 8, 11, 13, 17, 19, 22, 24, 20, 22, 25, 27);
        assertThat(term.weights().get().bias()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void foldsOneGroupForEachChannel() {
        Graph graph = tiles(2, 0, 1, 0, 1).outputs("y");
        assertThatRule(TileProduct::new).on(graph).folds("y", "fc", "conv", "y");
        assertThat(assertThatRule(TileProduct::new)
                        .on(graph)
                        .term("y")
                        .weights()
                        .get()
                        .kernel())
                .containsExactly(3, 5, 3, 4, 6, 8, 7, 8, 9, 10, 16, 18, 13, 14, 19, 21);
    }

    @Test
    void declinesAConvolutionThatReadsBeyondItsTile() {
        Graph graph = Graphs.of(1, 2, 1, 2)
                .longs("flat.to", -1, 4, 1, 1)
                .longs("tiles.to", -1, 2, 1, 2)
                .node("Reshape", "flat", "x", "flat.to")
                .floats("fc.weight", Shape.of(4, 4, 1, 1), new double[16])
                .node("Conv", "fc", "flat", "fc.weight")
                .node("Reshape", "tiles", "fc", "tiles.to")
                .node("Reshape", "local", "x", "tiles.to")
                .longs("pads", 0, 0, 0, 1, 0, 0, 0, 1)
                .node("Pad", "padded", Map.of("mode", Attribute.of("edge")), "local", "pads")
                .floats("w", Shape.of(2, 2, 1, 3), new double[12])
                .node("Conv", "conv", "padded", "w")
                .node("Add", "y", "tiles", "conv")
                .outputs("y");
        assertThatRule(TileProduct::new)
                .on(graph)
                .declines("Add y adds a convolution that reads beyond its tile or part of it, expected zeros around "
                        + "all of it.");
    }

    @Test
    void declinesTilesOfAnotherValue() {
        Graph graph = Graphs.of(1, 2, 1, 2)
                .input("z", 1, 2, 1, 2)
                .longs("flat.to", -1, 4, 1, 1)
                .longs("tiles.to", -1, 2, 1, 2)
                .node("Reshape", "flat", "z", "flat.to")
                .floats("fc.weight", Shape.of(4, 4, 1, 1), new double[16])
                .node("Conv", "fc", "flat", "fc.weight")
                .node("Reshape", "tiles", "fc", "tiles.to")
                .node("Reshape", "local", "x", "tiles.to")
                .point("conv", "local", 2, 2)
                .node("Add", "y", "tiles", "conv")
                .outputs("y");
        assertThatRule(TileProduct::new)
                .on(graph)
                .declines("Add y cannot join its branches in one kernel: they read z and x, expected one value.");
    }

    @Test
    void doesNotFireOnASumOfConvolutions() {
        assertThatRule(TileProduct::new)
                .on(Graphs.of(1, 2, 3, 3)
                        .point("a", "x", 2, 2)
                        .point("b", "x", 2, 2)
                        .node("Add", "y", "a", "b")
                        .outputs("y"))
                .doesNotFire();
    }

    private static RuleAssert.OnGraph beside(int groups, Map<String, Attribute> attributes) {
        return assertThatRule(TileProduct::new)
                .on(Graphs.of(1, 2, 1, 2)
                        .longs("flat.to", -1, 4, 1, 1)
                        .longs("tiles.to", -1, 2, 1, 2)
                        .node("Reshape", "flat", "x", "flat.to")
                        .floats("fc.weight", Shape.of(4, 4 / groups, 1, 1), new double[16 / groups])
                        .node("Conv", "fc", Map.of("group", Attribute.of(groups)), "flat", "fc.weight")
                        .node("Reshape", "tiles", "fc", "tiles.to")
                        .node("Reshape", "local", "x", "tiles.to")
                        .floats("w", Shape.of(2, 2, 1, 1), 1, 2, 3, 4)
                        .node("Conv", "conv", attributes, "local", "w")
                        .node("Add", "y", "tiles", "conv")
                        .outputs("y"));
    }

    @Test
    void declinesAConvolutionOfFewerGroupsThanTheLayer() {
        beside(2, Map.of())
                .declines("Add y adds a convolution of 1 groups to a fully connected layer of 2, expected a multiple.");
    }

    @Test
    void declinesAStride() {
        beside(1, Map.of("strides", Attribute.ints(2, 1)))
                .declines("Add y adds a convolution whose stride or padding changes the size of its tile for some "
                        + "input; expected the same size.");
    }
}
