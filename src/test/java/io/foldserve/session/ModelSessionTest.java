package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ModelSessionTest {
    private static final SessionSettings EXACT = new SessionSettings(1, false, false);

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            mode = Mode.EXCLUDE,
            names = {"UINT16", "INT16", "UINT32", "UINT64"})
    void carriesEveryElementTypeInAndOutUnchangedFromHeapAndDirectBuffers(DType dtype) {
        Shape shape = Shape.of(2, 3);
        Graph graph = identity(dtype, shape);
        ByteBuffer direct = ByteBuffer.allocateDirect(shape.size() * dtype.bytes());
        for (int i = 0; i < direct.capacity(); i++) {
            direct.put(i, (byte) (dtype == DType.BOOL ? i & 1 : i + 1));
        }
        ByteBuffer heap =
                ByteBuffer.allocate(direct.capacity()).put(direct.duplicate()).rewind();
        try (ModelSession session = ModelSession.open(graph, EXACT)) {
            for (ByteBuffer bytes : List.of(direct, heap)) {
                Tensor tensor = Tensor.ofBytes(dtype, shape, bytes);

                assertThat(session.run(Map.of("x", tensor))).isEqualTo(Map.of("y", tensor));
            }
        }
    }

    @Test
    void refusesToRunOnceClosedAndMayBeClosedAgain() {
        ModelSession session = ModelSession.open(identity(DType.FLOAT32, Shape.of(1)), EXACT);
        session.close();
        session.close();

        assertThatThrownBy(() -> session.run(Map.of("x", Tensor.ofFloats(Shape.of(1), 1))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("model identity: the session is closed");
    }

    @Test
    void refusesMissingAndLeftOverInputsAllAtOnce() {
        try (ModelSession session = ModelSession.open(identity(DType.FLOAT32, Shape.of(1)), EXACT)) {
            assertThatThrownBy(() -> session.run(Map.of("z", Tensor.ofFloats(Shape.of(1), 1))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("model identity: input x: FLOAT32 1 is missing;"
                            + " there is no input z; the inputs are [x]");
        }
    }

    @Test
    void refusesInputsOfAnotherTypeShapeOrRankWithExpectedAndFound() {
        try (ModelSession session = ModelSession.open(identity(DType.FLOAT32, Shape.of(2)), EXACT)) {
            for (Tensor wrong : List.of(
                    Tensor.ofDoubles(Shape.of(2), 1, 2),
                    Tensor.ofFloats(Shape.of(3), 1, 2, 3),
                    Tensor.ofFloats(Shape.of(1, 2), 1, 2))) {
                assertThatThrownBy(() -> session.run(Map.of("x", wrong)))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessage("model identity: expected input x: FLOAT32 2, found " + wrong);
            }
        }
    }

    @Test
    void takesAnyExtentOfANamedDimensionButNone() {
        Value.Dimension named = Value.Dimension.named("n");
        GraphBuilder builder = new GraphBuilder("any");
        builder.input(new Value("x", DType.FLOAT32, List.of(named)));
        builder.add("Identity", "y", List.of("x"));
        builder.output(new Value("y", DType.FLOAT32, List.of(named)));
        try (ModelSession session = ModelSession.open(builder.build(), EXACT)) {
            for (int n = 1; n < 4; n++) {
                Tensor tensor = Tensor.ofFloats(Shape.of(n), new float[n]);

                assertThat(session.run(Map.of("x", tensor))).isEqualTo(Map.of("y", tensor));
            }
            assertThatThrownBy(() -> session.run(Map.of("x", Tensor.ofFloats(Shape.of(0)))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no elements");
        }
    }

    @Test
    void returnsAllOutputsInTheGraphsOrder() {
        GraphBuilder builder = new GraphBuilder("two");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(2)));
        builder.add("Neg", "b", List.of("x"));
        builder.add("Abs", "a", List.of("b"));
        builder.output(Value.of("b", DType.FLOAT32, Shape.of(2)));
        builder.output(Value.of("a", DType.FLOAT32, Shape.of(2)));
        try (ModelSession session = ModelSession.open(builder.build(), EXACT)) {
            assertThat(session.run(Map.of("x", Tensor.ofFloats(Shape.of(2), 1, -2))))
                    .containsExactly(
                            entry("b", Tensor.ofFloats(Shape.of(2), -1, 2)),
                            entry("a", Tensor.ofFloats(Shape.of(2), 1, 2)));
        }
    }

    @Test
    void refusesToOpenAGraphWithoutInputs() {
        GraphBuilder builder = new GraphBuilder("constant");
        builder.constant("c", Tensor.ofFloats(Shape.of(1), 1));
        builder.output(Value.of("c", DType.FLOAT32, Shape.of(1)));

        assertThatThrownBy(() -> ModelSession.open(builder.build(), EXACT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("at least one input");
    }

    @Test
    void refusesToOpenAGraphWhoseInputsAndOutputsCannotCross() {
        assertThatThrownBy(() -> ModelSession.open(identity(DType.UINT16, Shape.of(1)), EXACT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("model identity: x is UINT16, which a session can neither take nor return;"
                        + " y is UINT16, which a session can neither take nor return");
    }

    @Test
    void saysWhichModelAndWhyWhenOnnxRuntimeRefusesTheGraph() {
        GraphBuilder builder = new GraphBuilder("strange");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1)));
        builder.add("Frobnicate", "y", List.of("x"));
        builder.output(Value.of("y", DType.FLOAT32, Shape.of(1)));

        assertThatThrownBy(() -> ModelSession.open(builder.build(), EXACT))
                .isInstanceOf(SessionException.class)
                .hasMessageStartingWith("model strange: creating the session failed: ")
                .hasMessageNotContainingAny("Error code", ".cc:", "onnxruntime::")
                .hasMessageContaining("Frobnicate");
    }

    @Test
    void saysWhichModelAndWhyWhenARunFailsAndRunsOn() {
        GraphBuilder builder = new GraphBuilder("reshaped");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(6)));
        builder.input(Value.of("shape", DType.INT64, Shape.of(2)));
        builder.add("Reshape", "y", List.of("x", "shape"));
        builder.output(new Value("y", DType.FLOAT32, List.of(Value.Dimension.named("a"), Value.Dimension.named("b"))));
        Tensor x = Tensor.ofFloats(Shape.of(6), 1, 2, 3, 4, 5, 6);
        try (ModelSession session = ModelSession.open(builder.build(), EXACT)) {
            assertThatThrownBy(() -> session.run(Map.of("x", x, "shape", Tensor.ofLongs(Shape.of(2), 4, 4))))
                    .isInstanceOf(SessionException.class)
                    .hasMessageStartingWith("model reshaped: running the session failed: ")
                    .hasMessageContaining("Reshape");
            assertThat(session.run(Map.of("x", x, "shape", Tensor.ofLongs(Shape.of(2), 2, 3))))
                    .isEqualTo(Map.of("y", x.reshape(Shape.of(2, 3))));
        }
    }

    @Test
    void leavesNoNativeArraysBehind() {
        NDManager all = Engine.getEngine("OnnxRuntime").newBaseManager();
        NDManager root = all.getParentManager();
        all.close();
        int before = root.getManagedArrays().size();
        Tensor x = Tensor.ofFloats(Shape.of(1000), new float[1000]);
        try (ModelSession session = ModelSession.open(identity(DType.FLOAT32, x.shape()), EXACT)) {
            for (int i = 0; i < 1000; i++) {
                session.run(Map.of("x", x));
            }
            assertThat(root.getManagedArrays()).hasSize(before);
        }
    }

    static Graph identity(DType dtype, Shape shape) {
        GraphBuilder builder = new GraphBuilder("identity");
        builder.input(Value.of("x", dtype, shape));
        builder.add("Identity", "y", List.of("x"));
        builder.output(Value.of("y", dtype, shape));
        return builder.build();
    }
}
