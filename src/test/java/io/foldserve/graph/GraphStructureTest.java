package io.foldserve.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphStructureTest {
    private static final Shape IMAGE = Shape.of(1, 2, 6, 6);

    @Test
    void ignoresNamesAndElements() {
        Graph other = new Network().named("other.").filledWith(7).build();
        assertThat(GraphStructure.differences(new Network().build(), other)).isEmpty();
    }

    @Test
    void namesAnAttributeThatDiffers() {
        assertThat(GraphStructure.differences(
                        new Network().build(), new Network().strides(2).build()))
                .contains("node conv (Conv) has attribute strides [1, 1] in the first and [2, 2] in the second")
                .anyMatch(text -> text.contains("yields"));
    }

    @Test
    void namesAKernelOfAnotherShape() {
        assertThat(GraphStructure.differences(
                        new Network().build(), new Network().channels(5).build()))
                .contains("node conv (Conv) reads as input 1 a constant FLOAT32 4×2×3×3 in the first and a constant"
                        + " FLOAT32 5×2×3×3 in the second");
    }

    @Test
    void namesAMissingBias() {
        assertThat(GraphStructure.differences(
                        new Network().build(), new Network().withoutBias().build()))
                .containsExactly("node conv (Conv) has 3 inputs in the first and 2 in the second");
    }

    @Test
    void namesAnExtraNodeAndWhoReadsIt() {
        List<String> differences = GraphStructure.differences(
                new Network().build(), new Network().activation("Sigmoid").build());
        assertThat(differences)
                .contains("only the second has node extra (Sigmoid)")
                .anyMatch(text -> text.startsWith("node sum (Add) reads as input 0"))
                .noneMatch(text -> text.contains("relu"));
    }

    @Test
    void namesAnotherWiring() {
        assertThat(GraphStructure.differences(
                        new Network().build(), new Network().shortcut("image").build()))
                .contains("node sum (Add) reads as input 1 Conv at position 0 in the first and graph input 0 in the"
                        + " second");
    }

    @Test
    void namesInputsAndOutputsThatDiffer() {
        Graph one = new GraphBuilder("one").build();
        GraphBuilder builder = new GraphBuilder("two");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1)));
        builder.output(Value.of("x", DType.FLOAT32, Shape.of(1)));
        assertThat(GraphStructure.differences(one, builder.build()))
                .containsExactly("the first has 0 inputs, the second 1", "the first has 0 outputs, the second 1");
        GraphBuilder integers = new GraphBuilder("three");
        integers.input(Value.of("x", DType.INT64, Shape.of(1)));
        assertThat(GraphStructure.differences(builder.build(), integers.build()))
                .contains("input 0 is FLOAT32 1 in the first and INT64 1 in the second");
    }

    @Test
    void saysTheSameInBothDirections() {
        Graph one = new Network().build();
        Graph two = new Network().strides(2).activation("Sigmoid").build();
        assertThat(GraphStructure.differences(one, two))
                .hasSameSizeAs(GraphStructure.differences(two, one))
                .isNotEmpty();
    }

    /** A convolution, a ReLU and a sum, with one thing changed. */
    private static final class Network {
        private String prefix = "";
        private float fill = 1;
        private int stride = 1;
        private int channels = 4;
        private boolean bias = true;
        private String activation = "";
        private String shortcut = "";

        Network named(String prefix) {
            this.prefix = prefix;
            return this;
        }

        Network filledWith(float fill) {
            this.fill = fill;
            return this;
        }

        Network strides(int stride) {
            this.stride = stride;
            return this;
        }

        Network channels(int channels) {
            this.channels = channels;
            return this;
        }

        Network withoutBias() {
            this.bias = false;
            return this;
        }

        Network activation(String op) {
            this.activation = op;
            return this;
        }

        Network shortcut(String value) {
            this.shortcut = value;
            return this;
        }

        Graph build() {
            GraphBuilder builder = new GraphBuilder(prefix + "network");
            String image = builder.input(Value.of(prefix + "image", DType.FLOAT32, IMAGE));
            String kernel = constant(builder, "weight", Shape.of(channels, 2, 3, 3));
            String shift = constant(builder, "bias", Shape.of(channels));
            String conv = builder.add(
                    "Conv",
                    prefix + "conv",
                    bias ? List.of(image, kernel, shift) : List.of(image, kernel),
                    Map.of("strides", Attribute.ints(stride, stride), "pads", Attribute.ints(1, 1, 1, 1)));
            String last = builder.add("Relu", prefix + "relu", List.of(conv));
            if (!activation.isEmpty()) {
                last = builder.add(activation, prefix + "extra", List.of(last));
            }
            String other = shortcut.isEmpty() ? conv : shortcut;
            String sum = builder.add("Add", prefix + "sum", List.of(last, other));
            builder.output(Value.of(sum, DType.FLOAT32, IMAGE));
            return builder.build();
        }

        private String constant(GraphBuilder builder, String name, Shape shape) {
            float[] values = new float[shape.size()];
            Arrays.fill(values, fill);
            return builder.constant(prefix + name, Tensor.ofFloats(shape, values));
        }
    }
}
