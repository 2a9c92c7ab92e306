package io.foldserve.serving.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.session.SessionException;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which shapes follow without a run, and that a run tells the others. */
class ShapeRunTest {

    /** The picture at three halves of its height and width, as exporters write that of an open batch. */
    private static Graph resized(String resize) {
        GraphBuilder builder = new GraphBuilder("resized");
        String picture = builder.input(Value.of("picture", DType.FLOAT32, Shape.of(1, 3, 8, 10)));
        String shape = builder.add("Shape", "shape", List.of(picture));
        String kept = builder.add("Gather", "kept", List.of(shape, builder.constant("first", longs(0, 1))));
        String sides = builder.add("Gather", "sides", List.of(shape, builder.constant("last", longs(2, 3))));
        String scaled = builder.add("Mul", "scaled", List.of(sides, builder.constant("three", longs(3))));
        String halved = builder.add("Div", "halved", List.of(scaled, builder.constant("two", longs(2))));
        String sizes = builder.add("Concat", "sizes", List.of(kept, halved), Map.of("axis", Attribute.of(0)));
        String large = builder.add(resize, "large", List.of(picture, "", "", sizes));
        builder.output(new Value(large, Optional.of(DType.FLOAT32), Optional.empty()));
        return builder.build();
    }

    private static Tensor longs(long... values) {
        return Tensor.ofLongs(Shape.of(values.length), values);
    }

    /** With a node that no runtime runs, and that nothing reads. */
    private static Graph unrunnable(Graph graph) {
        List<Node> nodes = new ArrayList<>(graph.nodes());
        nodes.add(new Node("strange", "nobody", "Frobnicate", List.of("picture"), List.of("unread"), Map.of()));
        return graph.with(graph.inputs(), graph.outputs(), nodes, graph.constants());
    }

    @Test
    void sizesThatAreComputedFromExtentsNeedNoRun() {
        Graph settled = ShapeRun.settled(unrunnable(resized("Resize")));

        assertThat(settled.outputs()).containsExactly(Value.of("large", DType.FLOAT32, Shape.of(1, 3, 12, 15)));
    }

    @Test
    void aRunTellsTheShapeBehindAnOperatorThatIsNotKnown() {
        Graph graph = resized("Resize");
        List<Node> nodes = new ArrayList<>(graph.nodes());
        nodes.add(new Node("exp", "", "Exp", List.of("large"), List.of("grown"), Map.of()));
        List<Value> outputs = List.of(new Value("grown", Optional.of(DType.FLOAT32), Optional.empty()));
        Graph grown = graph.with(graph.inputs(), outputs, nodes, graph.constants());

        assertThat(ShapeRun.settled(grown).outputs())
                .containsExactly(Value.of("grown", DType.FLOAT32, Shape.of(1, 3, 12, 15)));
        assertThatThrownBy(() -> ShapeRun.settled(unrunnable(grown))).isInstanceOf(SessionException.class);
    }
}
