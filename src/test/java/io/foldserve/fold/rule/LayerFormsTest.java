package io.foldserve.fold.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Form;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which forms are those of a layer with what it takes in, and so are left to it. */
class LayerFormsTest {
    /** Of the forms of {@code value} that stand for {@code nodes}: is each a layer? */
    private static List<Boolean> layers(Graph graph, String value, String... nodes) {
        GraphFacts facts = GraphFacts.of(graph);
        FormsOfGraph forms = new FormsOfGraph(facts);
        facts.dataNodes().forEach(forms::add);
        return forms.forms(value).stream()
                .filter(form -> form.nodes().stream().map(Node::name).toList().equals(List.of(nodes)))
                .map(Form::keepsOperator)
                .toList();
    }

    private static Graphs norm(Graphs graph, String value) {
        return graph.floats("one", Shape.of(2), 1, 1)
                .node("BatchNormalization", "norm", value, "one", "one", "one", "one");
    }

    private static Graphs input() {
        return Graphs.of(1, 2, 3, 3);
    }

    private static Graphs product() {
        return Graphs.of(3, 2)
                .floats("w", Shape.of(2, 2), 1, 2, 3, 4)
                .node("MatMul", "product", "x", "w")
                .floats("c", Shape.of(2), 7, 8)
                .node("Add", "sum", "product", "c");
    }

    @Test
    void aConvolutionWithItsBatchNormIsALayer() {
        Graph graph = norm(input().point("conv", "x", 2, 2), "conv").outputs("norm");
        assertThat(layers(graph, "conv", "conv")).containsExactly(true);
        assertThat(layers(graph, "norm", "conv", "norm")).containsExactly(true);
        assertThat(layers(graph, "norm", "norm")).containsExactly(false);
    }

    @Test
    void aBatchNormBeforeAConvolutionIsNoPartOfALayer() {
        Graph graph = norm(input(), "x").point("conv", "norm", 2, 2).outputs("conv");
        assertThat(layers(graph, "conv", "norm", "conv")).containsExactly(false);
        assertThat(layers(graph, "conv", "conv")).containsExactly(true);
    }

    @Test
    void aMatrixProductWithOneSumIsALayer() {
        Graph graph = product().node("Add", "again", "sum", "c").outputs("again");
        assertThat(layers(graph, "sum", "product", "sum")).containsExactly(true);
        assertThat(layers(graph, "again", "product", "sum", "again")).containsExactly(false);
    }

    @Test
    void aConvolutionWithASumIsNone() {
        Graph graph = input().point("conv", "x", 2, 2)
                .floats("c", Shape.of(2, 1, 1), 7, 8)
                .node("Add", "sum", "conv", "c")
                .outputs("sum");
        assertThat(layers(graph, "sum", "conv", "sum")).containsExactly(false);
    }

    @Test
    void aConvolutionBehindAPaddingOfNothingIsNone() {
        Graph padded = input().longs("pads", 0, 0, 0, 0, 0, 0, 0, 0)
                .node("Pad", "pad", "x", "pads")
                .point("conv", "pad", 2, 2)
                .outputs("conv");
        assertThat(layers(padded, "conv", "pad", "conv")).containsExactly(false);
        assertThat(layers(padded, "conv", "conv")).containsExactly(true);
    }
}
