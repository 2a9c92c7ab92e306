package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the written operators mean to ONNX Runtime, on a line of four pixels whose answers can be checked by hand. */
class SessionOperatorsTest {
    private static final Tensor LINE = Tensor.ofFloats(Shape.of(1, 1, 1, 4), 1, 2, 3, 4);

    @ParameterizedTest
    @CsvSource({"constant, 0 0 1 2 3 4 0", "reflect, 3 2 1 2 3 4 3", "edge, 1 1 1 2 3 4 4", "wrap, 3 4 1 2 3 4 1"})
    void padsInAllFourModes(String mode, String expected) {
        GraphBuilder builder = line();
        builder.constant("pads", Tensor.ofLongs(Shape.of(8), 0, 0, 0, 2, 0, 0, 0, 1));
        builder.add("Pad", "y", List.of("x", "pads"), Map.of("mode", Attribute.of(mode)));

        gives(builder, expected);
    }

    @Test
    void transposesAConvolutionWithOutputPadding() {
        GraphBuilder builder = line();
        builder.constant("kernel", Tensor.ofFloats(Shape.of(1, 1, 1, 3), 1, 10, 100));
        builder.add(
                "ConvTranspose",
                "y",
                List.of("x", "kernel"),
                Map.of(
                        "strides", Attribute.ints(1, 2),
                        "pads", Attribute.ints(0, 1, 0, 1),
                        "output_padding", Attribute.ints(0, 1)));

        gives(builder, "10 102 20 203 30 304 40 400");
    }

    @ParameterizedTest
    @CsvSource({
        "nearest, asymmetric, 1 1 2 2 3 3 4 4",
        "linear, half_pixel, 1 1.25 1.75 2.25 2.75 3.25 3.75 4",
        "linear, asymmetric, 1 1.5 2 2.5 3 3.5 4 4"
    })
    void resizesToTwiceTheWidth(String mode, String coordinates, String expected) {
        GraphBuilder builder = line();
        builder.constant("scales", Tensor.ofFloats(Shape.of(4), 1, 1, 1, 2));
        builder.add(
                "Resize",
                "y",
                List.of("x", "", "scales"),
                Map.of(
                        "mode", Attribute.of(mode),
                        "coordinate_transformation_mode", Attribute.of(coordinates),
                        "nearest_mode", Attribute.of("floor")));

        gives(builder, expected);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsAZeroPadOutOfAMaxPoolAlsoWhenOptimised(boolean optimised) {
        GraphBuilder builder = new GraphBuilder("padded");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1, 1, 2, 2)));
        builder.constant("pads", Tensor.ofLongs(Shape.of(8), 0, 0, 1, 1, 0, 0, 1, 1));
        builder.add("Pad", "pad", List.of("x", "pads"), Map.of("mode", Attribute.of("constant")));
        builder.add("MaxPool", "y", List.of("pad"), Map.of("kernel_shape", Attribute.ints(2, 2)));
        builder.output(Value.of("y", DType.FLOAT32, Shape.of(1, 1, 3, 3)));
        Tensor negative = Tensor.ofFloats(Shape.of(1, 1, 2, 2), -4, -3, -2, -1);
        try (ModelSession session = ModelSession.open(builder.build(), new SessionSettings(1, false, optimised))) {
            assertThat(session.run(Map.of("x", negative)))
                    .containsEntry("y", Tensor.ofFloats(Shape.of(1, 1, 3, 3), 0, 0, 0, 0, -1, 0, 0, 0, 0));
        }
    }

    private static GraphBuilder line() {
        GraphBuilder builder = new GraphBuilder("line");
        builder.input(Value.of("x", DType.FLOAT32, LINE.shape()));
        return builder;
    }

    private static void gives(GraphBuilder builder, String expected) {
        Value.Dimension width = Value.Dimension.named("width");
        Value.Dimension one = Value.Dimension.fixed(1);
        builder.output(new Value("y", DType.FLOAT32, List.of(one, one, one, width)));
        String[] values = expected.split(" ", -1);
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.parseFloat(values[i]);
        }
        try (ModelSession session = ModelSession.open(builder.build(), new SessionSettings(1, false, false))) {
            assertThat(session.run(Map.of("x", LINE)))
                    .containsEntry("y", Tensor.ofFloats(Shape.of(1, 1, 1, floats.length), floats));
        }
    }
}
