package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.architecture.convention.Conventions;
import io.foldserve.architecture.convention.ExportedGluonNames;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of exported graphs against an emulation of Gluon's naming; made by src/test/golden/gluon_names.py. */
class ExportedGluonNamesTest {
    static Stream<Arguments> networks() {
        return ArchitecturesGoldenTest.read("gluon_names").properties().stream()
                .map(network -> Arguments.of(network.getKey(), network.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void findsEveryLayerOfTheModelZooInTheTreeOfBlocks(String name, JsonNode layers) {
        assertResolved(layers, "");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void findsThemWithoutTheNetworksOwnPrefix(String name, JsonNode layers) {
        String prefix = layers.get(0).get(1).asText();
        assertResolved(layers, prefix.substring(0, prefix.indexOf('_') + 1));
    }

    private static void assertResolved(JsonNode layers, String without) {
        Map<String, Tensor> exported = new LinkedHashMap<>();
        Map<String, Tensor> expected = new LinkedHashMap<>();
        for (JsonNode layer : layers) {
            Shape shape = shape(layer.get(0).asText());
            String leaf = shape.rank() == 1 ? "gamma" : "weight";
            Tensor tensor = FormulaCheckpoint.uniform(shape, expected.size(), 0, 1);
            exported.put(layer.get(1).asText().substring(without.length()) + leaf, tensor);
            expected.put(layer.get(2).asText() + "." + leaf, tensor);
        }

        Checkpoint checkpoint = checkpoint(exported);

        assertThat(ExportedGluonNames.areIn(checkpoint)).isTrue();
        assertThat(ExportedGluonNames.resolved(checkpoint).orElseThrow().tensors())
                .isEqualTo(expected);
        assertThat(Conventions.refusal(checkpoint)).isEmpty();
    }

    private static Shape shape(String kind) {
        return switch (kind) {
            case "conv1" -> Shape.of(1, 1, 1, 1);
            case "conv3" -> Shape.of(1, 1, 3, 3);
            case "conv7" -> Shape.of(1, 1, 7, 7);
            case "dense" -> Shape.of(1, 1);
            default -> Shape.of(1);
        };
    }

    private static Checkpoint checkpoint(Map<String, Tensor> tensors) {
        return new Checkpoint("exported.params", Framework.MXNET, tensors, Map.of());
    }

    @Test
    void buildsADoConvNetworkFromItsExportedParameters() {
        DeclaredNetwork network = DeclaredNetwork.empty()
                .framework(Framework.MXNET)
                .option("name", "mobilenet-v1")
                .option("multiplier", 0.25)
                .option("classes", 2)
                .size(32, 32);
        int[] channels = {8, 16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256};
        for (int i = 0; i < 27; i++) {
            int in = i == 0 ? 3 : channels[(i - 1) / 2];
            int out = channels[i / 2];
            int kernel = i == 0 || i % 2 == 1 ? 3 : 1;
            boolean depthwise = i % 2 == 1;
            int outputs = depthwise ? in : out;
            network.tensor("mobilenet0_conv%d_weight".formatted(i), outputs, depthwise ? 1 : in, kernel, kernel);
            if (kernel == 3) {
                network.tensor("mobilenet0_conv%d_D".formatted(i), 9, 9, in);
            }
            for (String leaf : List.of("gamma", "beta", "running_mean", "running_var")) {
                network.tensor("mobilenet0_batchnorm%d_%s".formatted(i, leaf), outputs);
            }
        }
        network.tensor("mobilenet0_dense0_weight", 2, 256).tensor("mobilenet0_dense0_bias", 2);

        assertThat(network.build().constants()).containsKeys("features.0.W", "features.3.D", "features.78.weight");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hybridsequential0_conv0_weight", "vgg0_conv0_weight", "fcn0_resnetv1b0_conv0_weight"})
    void refusesTheNumbersOfOtherNetworksAndSaysWhatToDo(String name) {
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 3)))
                .framework(Framework.MXNET)
                .tensor(name, 4, 3, 3, 3);

        assertThat(network.problems())
                .singleElement()
                .asString()
                .contains("an exported graph's names (" + name + ")", "save this network with save_parameters");
    }

    @Test
    void leavesWhatAKnownNetworkHasNoPlaceForInItsName() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name :
                List.of("resnetv10_conv0_weight", "resnetv10_stage1_conv0_weight", "resnetv10_extra_weight")) {
            tensors.put(name, FormulaCheckpoint.uniform(Shape.of(1, 1, 1, 1), 1, 0, 1));
        }

        assertThat(ExportedGluonNames.resolved(checkpoint(tensors))
                        .orElseThrow()
                        .tensors())
                .containsOnlyKeys("features.0.weight", "features.4.0.body.0.weight", "extra.weight");
    }

    @ParameterizedTest
    @ValueSource(strings = {"features.0.weight", "conv_weights"})
    void leavesOtherNamesAlone(String name) {
        Map<String, Tensor> tensors = Map.of(name, FormulaCheckpoint.uniform(Shape.of(1), 1, 0, 1));

        assertThat(ExportedGluonNames.areIn(checkpoint(tensors))).isFalse();
        assertThat(Conventions.refusal(checkpoint(tensors))).isEmpty();
    }
}
