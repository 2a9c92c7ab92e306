package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    private static Graph identity(DType dtype, Shape shape) {
        GraphBuilder builder = new GraphBuilder("identity");
        builder.input(Value.of("x", dtype, shape));
        builder.add("Identity", "y", List.of("x"));
        builder.output(Value.of("y", dtype, shape));
        return builder.build();
    }
}
