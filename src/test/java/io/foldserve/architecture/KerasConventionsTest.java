package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.checkpoint.base.Framework;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What Keras and TensorFlow call their tensors and how they lay them out. */
class KerasConventionsTest {

    @Test
    void readsAKernelWhoseOutputsAreItsLastAxis() {
        Graph graph = network(conv("a.b", 4, 3, Map.of("bias", false)))
                .tensor("a/b/kernel", counted(3, 3, 3, 4))
                .build();

        Tensor kernel = constant(graph, "a.b.weight");
        assertThat(kernel.shape()).isEqualTo(Shape.of(4, 3, 3, 3));
        // Output 2 and input 1 at row 0 and column 2.
        assertThat(kernel.toFloats()[((2 * 3 + 1) * 3) * 3 + 2]).isEqualTo(((0 * 3 + 2) * 3 + 1) * 4 + 2);
    }

    @ParameterizedTest
    @CsvSource({"kernel", "depthwise_kernel"})
    void readsADepthwiseKernelByEitherName(String name) {
        Graph graph = network(conv("dw", 6, 2, Map.of("bias", false, "groups", 3)))
                .tensor("dw/" + name, counted(2, 2, 3, 2))
                .build();

        Tensor kernel = constant(graph, "dw.weight");
        assertThat(kernel.shape()).isEqualTo(Shape.of(6, 1, 2, 2));
        // Output 1 of channel 2 at row 1 and column 0.
        assertThat(kernel.toFloats()[((2 * 2 + 1) * 2 + 1) * 2]).isEqualTo((2 * 3 + 2) * 2 + 1);
    }

    @Test
    void readsAKernelWithOneOutputAsTheArchitectureSays() {
        DeclaredNetwork dense = network(conv("c", 1, 2, Map.of("bias", false))).tensor("c/kernel", counted(2, 2, 3, 1));
        DeclaredNetwork depthwise =
                network(conv("c", 3, 2, Map.of("bias", false, "groups", 3))).tensor("c/kernel", counted(2, 2, 3, 1));

        assertThat(constant(dense.build(), "c.weight").shape()).isEqualTo(Shape.of(1, 3, 2, 2));
        assertThat(constant(depthwise.build(), "c.weight").shape()).isEqualTo(Shape.of(3, 1, 2, 2));
    }

    @Test
    void readsADenseLayerBehindAnImageThatWasFlattenedChannelsLast() {
        Graph graph = network("flatten", Map.of("linear", Map.of("out", 2, "name", "fc", "bias", false)))
                .tensor("fc/kernel", counted(75, 2))
                .size(5, 5)
                .build();

        assertThat(constant(graph, "fc.weight").shape()).isEqualTo(Shape.of(2, 75));
        assertThat(graph.nodes().stream().map(Node::op)).containsExactly("Transpose", "Flatten", "Gemm");
    }

    @ParameterizedTest
    @EnumSource(
            value = Framework.class,
            names = {"KERAS", "TENSORFLOW"})
    void assumesKerasEpsilonUnlessAnotherIsDeclared(Framework framework) {
        DeclaredNetwork network = network("batchNorm", Map.of("batchNorm", Map.of("epsilon", 0.5)))
                .framework(framework);
        for (int layer = 0; layer < 2; layer++) {
            for (String name : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
                network = network.tensor(layer + "/" + name, 3);
            }
        }

        assertThat(network.build().nodes().stream()
                        .map(node -> node.attributes().get("epsilon")))
                .containsExactly(Attribute.of(1e-3), Attribute.of(0.5));
    }

    @Test
    void fillsWhatABatchNormWithoutScaleOrCentreLacks() {
        Graph graph = network("batchNorm", "batchNorm")
                .tensor("0/beta", 3)
                .tensor("0/moving_mean", 3)
                .tensor("0/moving_variance", 3)
                .tensor("1/gamma", 3)
                .tensor("1/moving_mean", 3)
                .tensor("1/moving_variance", 3)
                .build();

        assertThat(constant(graph, "0.weight").toFloats()).containsExactly(1, 1, 1);
        assertThat(constant(graph, "1.bias").toFloats()).containsExactly(0, 0, 0);
        assertThat(constant(graph, "1.weight").toFloats()).doesNotContain(1);
    }

    @Test
    void leavesOutWhatCountsSteps() {
        DeclaredNetwork network = network("relu").tensor("step", Tensor.ofLongs(Shape.of(), 3));

        assertThat(network.build().nodes()).hasSize(1);
    }

    @Test
    void refusesADThatIsLoadedAsPlain() {
        DeclaredNetwork network = network(conv("c", 4, 3, Map.of("bias", false)))
                .tensor("c/kernel", 3, 3, 3, 4)
                .tensor("c/D", 9, 9, 3);

        assertThat(network.problems())
                .containsExactly("c.D stands beside c.weight: a layer is either plain (weight) or DO-Conv (W, D)");
    }

    @Test
    void missesTheDOfAPair() {
        DeclaredNetwork network =
                network(conv("c", 4, 3, Map.of("bias", false))).tensor("c/kernel", 9, 3, 4);

        assertThat(network.problems()).containsExactly("c.D is missing, the architecture says 3×9×9");
    }

    @Test
    void refusesTwoLayersThatDifferInSlashesOnly() {
        DeclaredNetwork network = network(conv("a.c", 4, 1, Map.of("bias", false)))
                .tensor("a/c/kernel", 1, 1, 3, 4)
                .tensor("a.c/kernel", 1, 1, 3, 4);

        assertThat(network.problems())
                .containsExactly("a.c.weight' (4×3×1×1) is left over: the architecture has no place for it");
    }

    @Test
    void refusesWhatSamePaddingDoesNotGoWith() {
        DeclaredNetwork network = network(
                Map.of("conv", Map.of("out", 1, "kernel", 3, "padding", "same", "paddingMode", "reflect")),
                Map.of("maxPool", Map.of("kernel", 2, "padding", "same", "ceilMode", true)),
                Map.of("avgPool", Map.of("kernel", 2, "padding", "valid")));

        assertThat(network.problems())
                .containsExactly(
                        "layers[0].conv.padding: expected numbers, since same is zeros and paddingMode is reflect, "
                                + "found "
                                + "\"same\"",
                        "layers[1].maxPool.ceilMode: expected false, since padding is same, found true",
                        "layers[2].avgPool.padding: expected same, a whole number from 0, or two in a list (height, "
                                + "width), found \"valid\"");
    }

    private static DeclaredNetwork network(Object... layers) {
        return DeclaredNetwork.layers(layers).framework(Framework.KERAS);
    }

    private static Map<String, Object> conv(String name, int out, int kernel, Map<String, Object> options) {
        Map<String, Object> all = new HashMap<>(options);
        all.putAll(Map.of("name", name, "out", out, "kernel", kernel));
        return Map.of("conv", all);
    }

    private static Tensor counted(int... extents) {
        float[] values = new float[Arrays.stream(extents).reduce(1, (a, b) -> a * b)];
        IntStream.range(0, values.length).forEach(i -> values[i] = i);
        return Tensor.ofFloats(Shape.of(extents), values);
    }

    private static Tensor constant(Graph graph, String name) {
        return Objects.requireNonNull(graph.constants().get(name), name);
    }
}
