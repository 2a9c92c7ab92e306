package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {
    private static final Map<String, Tensor> IMAGE = Map.of("x", RandomTensor.of(Shape.of(1, 16, 9, 9), 3));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSessionThatReadsItsWeightsInPlaceAnswersWithTheSameBits(boolean optimised) {
        SessionSettings settings = new SessionSettings(1, false, optimised);
        try (ModelSession copied = ModelSession.open(network(), settings);
                ModelSession inPlace = ModelSession.open(ModelSession.outsideHeap(network()), settings)) {
            assertThat(inPlace.run(IMAGE)).isEqualTo(copied.run(IMAGE));
        }
    }

    @Test
    void sessionsOfOneGraphShareItsWeightsAndOutliveEachOther() {
        Graph shared = ModelSession.outsideHeap(network());
        SessionSettings settings = new SessionSettings(1, false, true);
        try (ModelSession other = ModelSession.open(shared, settings)) {
            Map<String, Tensor> before;
            try (ModelSession session = ModelSession.open(shared, settings)) {
                before = session.run(IMAGE);
            }

            assertThat(other.run(IMAGE)).isEqualTo(before);
        }
    }

    @Test
    void onlyLargeRealConstantsThatAreNoOutputsAreReadInPlace() throws OrtException {
        OnnxRuntime.engine();
        try (Weights weights = Weights.of(Weights.outsideHeap(network()))) {
            assertThat(weights.names()).containsExactly("w", "linear");
        }
    }

    @Test
    void nothingIsReadInPlaceThatIsOnTheHeap() throws OrtException {
        OnnxRuntime.engine();
        try (Weights weights = Weights.of(network())) {
            assertThat(weights.names()).isEmpty();
        }
    }

    @Test
    void aTensorOutsideTheHeapIsEqualAndStaysItself() {
        Tensor tensor = RandomTensor.of(Shape.of(7, 5), 1);
        Tensor outside = tensor.outsideHeap();

        assertThat(outside).isEqualTo(tensor);
        assertThat(tensor.isOutsideHeap()).isFalse();
        assertThat(outside.isOutsideHeap()).isTrue();
        assertThat(outside.outsideHeap()).isSameAs(outside);
    }

    /** A convolution and a matrix product, whose weights have 9 kB and 16 kB, a bias of 64 bytes, and two outputs. */
    private static Graph network() {
        GraphBuilder builder = new GraphBuilder("network");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1, 16, 9, 9)));
        builder.constant("w", RandomTensor.of(Shape.of(16, 16, 3, 3), 1));
        builder.constant("bias", RandomTensor.of(Shape.of(16), 2));
        builder.constant("linear", RandomTensor.of(Shape.of(9, 512), 4));
        builder.constant("kept", RandomTensor.of(Shape.of(2048), 5));
        builder.constant("many", Tensor.ofLongs(Shape.of(1024), new long[1024]));
        builder.add("Conv", "c", List.of("x", "w", "bias"), Map.of("pads", Attribute.ints(1, 1, 1, 1)));
        builder.add("Relu", "r", List.of("c"), Map.of());
        builder.add("MatMul", "y", List.of("r", "linear"), Map.of());
        builder.output(Value.of("y", DType.FLOAT32, Shape.of(1, 16, 9, 512)));
        builder.output(Value.of("kept", DType.FLOAT32, Shape.of(2048)));
        return builder.build();
    }
}
