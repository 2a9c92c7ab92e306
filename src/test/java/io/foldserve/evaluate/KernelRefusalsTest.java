package io.foldserve.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.graph.ShapeException;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** What kernels refuse at run time, and the kinds of value they keep apart. */
class KernelRefusalsTest {
    private static final Tensor IMAGE = Tensor.ofDoubles(Shape.of(1, 1, 2, 2), 1, 2, 3, 4);
    private static final Tensor SIZES = Tensor.ofLongs(Shape.of(4), 1, 1, 4, 4);

    @Test
    void refusesABatchNormInTrainingMode() {
        Tensor one = Tensor.ofDoubles(Shape.of(1), 1);
        refuses("BatchNormalization", Map.of("training_mode", Attribute.of(1)), IMAGE, one, one, one, one)
                .hasMessageContaining("training_mode");
    }

    @Test
    void refusesWaysOfResizingThatItDoesNotCompute() {
        refusesResize("mode", "cubic");
        refusesResize("coordinate_transformation_mode", "tf_crop_and_resize");
        refusesResize("nearest_mode", "simple");
        refusesResize("keep_aspect_ratio_policy", "not_larger");
        Node antialiased = resize(Map.of("antialias", Attribute.of(1)));
        assertThatThrownBy(() -> Evaluator.evaluate(antialiased, List.of(IMAGE, SIZES)))
                .hasMessageContaining("antialias");
    }

    private static void refusesResize(String attribute, String value) {
        Node node = resize(Map.of(attribute, Attribute.of(value)));
        assertThatThrownBy(() -> Evaluator.evaluate(node, List.of(IMAGE, SIZES)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining(value);
    }

    private static Node resize(Map<String, Attribute> attributes) {
        return new Node("resize", "", "Resize", List.of("x", "", "", "s"), List.of("y"), attributes);
    }

    @Test
    void refusesAnUnknownPaddingMode() {
        Tensor pads = Tensor.ofLongs(Shape.of(8), 0, 0, 1, 1, 0, 0, 1, 1);
        refuses("Pad", Map.of("mode", Attribute.of("mirror")), IMAGE, pads).hasMessageContaining("mirror");
    }

    @Test
    void refusesToPadNothingWithItsEdge() {
        Tensor nothing = Tensor.ofDoubles(Shape.of(0));
        refuses("Pad", Map.of("mode", Attribute.of("edge")), nothing, Tensor.ofLongs(Shape.of(2), 1, 1))
                .hasMessageContaining("at least one element");
    }

    @Test
    void refusesToGatherBeyondTheEnd() {
        refuses("Gather", Map.of("axis", Attribute.of(2)), IMAGE, Tensor.ofLongs(Shape.of(1), 2))
                .hasMessageContaining("found 2");
    }

    @Test
    void refusesAnIntegerDivisionByZero() {
        refuses("Div", Map.of(), Tensor.ofLongs(Shape.of(1), 3), Tensor.ofLongs(Shape.of(1), 0))
                .hasMessageContaining("other than 0");
    }

    @Test
    void refusesACastToAString() {
        refuses("Cast", Map.of("to", Attribute.of(8)), IMAGE).hasMessageContaining("type 8");
    }

    @Test
    void refusesDropoutInTrainingMode() {
        Tensor ratio = Tensor.ofDoubles(Shape.of(), 0.5);
        Tensor training = Tensor.ofBytes(DType.BOOL, Shape.of(), ByteBuffer.wrap(new byte[] {1}));
        refuses("Dropout", Map.of(), IMAGE, ratio, training).hasMessageContaining("training_mode");
    }

    @Test
    void refusesAnotherNumberOfValuesThanTheNodeNames() {
        Node relu = new Node("relu", "", "Relu", List.of("x"), List.of("y"), Map.of());
        assertThatThrownBy(() -> Evaluator.evaluate(relu, List.of())).hasMessageContaining("relu");
        assertThatThrownBy(() -> Evaluator.evaluate(relu, List.of(IMAGE, IMAGE)))
                .hasMessageContaining("found 2");
    }

    @Test
    void keepsEverythingThatDropoutPasses() {
        Node dropout = new Node("d", "", "Dropout", List.of("x"), List.of("y", "mask"), Map.of());
        List<Tensor> results = Evaluator.evaluate(dropout, List.of(IMAGE));
        assertThat(results.get(0)).isEqualTo(IMAGE);
        assertThat(results.get(1))
                .isEqualTo(Tensor.ofBytes(DType.BOOL, IMAGE.shape(), ByteBuffer.wrap(new byte[] {1, 1, 1, 1})));
    }

    @Test
    void widensBytesToIntegersAndHalvesToDoubles() {
        Tensor bytes = Tensor.ofBytes(DType.UINT8, Shape.of(2), ByteBuffer.wrap(new byte[] {1, (byte) 200}));
        assertThat(one("Identity", Map.of(), bytes)).isEqualTo(Tensor.ofLongs(Shape.of(2), 1, 200));
        assertThat(one("Cast", Map.of("to", Attribute.of(1)), bytes)).isEqualTo(Tensor.ofDoubles(Shape.of(2), 1, 200));
        Tensor half = Tensor.ofBytes(DType.FLOAT16, Shape.of(1), ByteBuffer.wrap(new byte[] {0, 0x3e}));
        assertThat(one("Relu", Map.of(), half)).isEqualTo(Tensor.ofDoubles(Shape.of(1), 1.5));
    }

    @Test
    void castsToBooleansAndCutsTowardsZero() {
        Tensor reals = Tensor.ofDoubles(Shape.of(3), -1.75, 0, 2.5);
        assertThat(one("Cast", Map.of("to", Attribute.of(9)), reals))
                .isEqualTo(Tensor.ofBytes(DType.BOOL, Shape.of(3), ByteBuffer.wrap(new byte[] {1, 0, 1})));
        assertThat(one("Cast", Map.of("to", Attribute.of(6)), reals)).isEqualTo(Tensor.ofLongs(Shape.of(3), -1, 0, 2));
    }

    @Test
    void picksTheFirstOrTheLastOfEqualMaxima() {
        Tensor equal = Tensor.ofDoubles(Shape.of(1, 4), 1, 7, 7, 0);
        Map<String, Attribute> last = Map.of("axis", Attribute.of(1), "select_last_index", Attribute.of(1));
        assertThat(one("ArgMax", Map.of("axis", Attribute.of(1)), equal)).isEqualTo(Tensor.ofLongs(Shape.of(1, 1), 1));
        assertThat(one("ArgMax", last, equal)).isEqualTo(Tensor.ofLongs(Shape.of(1, 1), 2));
    }

    @Test
    void yieldsAConstantInItsKind() {
        Map<String, Attribute> value = Map.of("value", new Attribute.Value(Tensor.ofFloats(Shape.of(1), 0.5f)));
        assertThat(one("Constant", value)).isEqualTo(Tensor.ofDoubles(Shape.of(1), 0.5));
    }

    private static Tensor one(String op, Map<String, Attribute> attributes, Tensor... values) {
        return Evaluator.evaluate(node(op, attributes, values), List.of(values)).get(0);
    }

    private static Node node(String op, Map<String, Attribute> attributes, Tensor... values) {
        List<String> names = new ArrayList<>();
        for (Tensor value : values) {
            names.add(value + " " + names.size());
        }
        return new Node("n", "", op, names, List.of("y"), attributes);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refuses(
            String op, Map<String, Attribute> attributes, Tensor... values) {
        Node node = node(op, attributes, values);
        return assertThatThrownBy(() -> Evaluator.evaluate(node, List.of(values)))
                .isInstanceOf(ShapeException.class);
    }
}
