package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a declaration is refused for, before any tensor is looked at. */
class DeclarationRefusalTest {
    private static DeclaredNetwork named(Object name) {
        return DeclaredNetwork.empty().option("name", name);
    }

    @Test
    void namesTheNearestArchitecturesInsteadOfAnUnknownOne() {
        assertThat(named("resnet17").problems())
                .containsExactly("name: no architecture is called \"resnet17\"; nearest are resnet18, resnet34, "
                        + "resnet50 (any other network: a list of layers)");
        assertThat(DeclaredNetwork.empty().problems())
                .containsExactly(
                        "name: expected an architecture's name such as resnet50, or layers: [...], found nothing");
        assertThat(named(18).problems())
                .containsExactly("name: expected an architecture's name such as resnet50, or layers: [...], found 18");
    }

    @Test
    void aSlipInAKeyIsOneProblemAndNotAlsoAMissingKey() {
        assertThat(DeclaredNetwork.empty().option("nmae", "resnet18").problems())
                .containsExactly("nmae: unknown key, did you mean name?");
        assertThat(named("resnet18").option("clases", 10).problems())
                .containsExactly("clases: unknown key, did you mean classes?");
    }

    @Test
    void refusesUnknownOptionsAndWrongTypesAllAtOnce() {
        assertThat(named("unet")
                        .option("classes", "many")
                        .option("channels", 0)
                        .option("width", 2.5)
                        .option("bilinear", "yes")
                        .option("bnEpsilon", 0)
                        .option("depth", 18)
                        .problems())
                .containsExactlyInAnyOrder(
                        "classes: expected a whole number from 1 to 65536, found \"many\"",
                        "channels: expected a whole number from 1 to 65536, found 0",
                        "width: expected a whole number from 1 to 65536, found 2.5",
                        "bilinear: expected true or false, found \"yes\"",
                        "bnEpsilon: expected a number above 0 and at most 1, found 0",
                        "depth: unknown key; known are name, channels, bnEpsilon, rename, classes, width, bilinear");
    }

    @Test
    void saysOfANetworkOfBranchesThatItsOnnxExportIsServed() {
        for (String name : List.of("repvit_m1", "RepLKNet-31B", "dbb-resnet18")) {
            assertThat(DeclaredNetwork.empty().option("name", name).problems())
                    .containsExactly("name: " + name + " has parallel branches, which no architecture here has: export"
                            + " the network to ONNX in eval mode and name that file as checkpoint; its branches are"
                            + " folded");
        }
    }

    @Test
    void refusesANameBesideAListOfLayers() {
        assertThat(DeclaredNetwork.layers("relu").option("name", "resnet18").problems())
                .containsExactly("name: unknown key; known are layers, prefix, guessed, channels, rename");
    }

    @Test
    void refusesAListOfLayersThatIsNone() {
        assertThat(DeclaredNetwork.empty().option("layers", "relu").problems())
                .containsExactly("layers: expected a list, found \"relu\"");
        assertThat(DeclaredNetwork.empty().option("layers", List.of()).problems())
                .containsExactly("the layers do nothing: declare at least one that computes something");
        assertThat(DeclaredNetwork.layers("dropout").problems())
                .containsExactly("the layers do nothing: declare at least one that computes something");
    }

    @Test
    void refusesLayersThatAreNotAKindWithItsOptions() {
        List<Object> layers = new ArrayList<>(Arrays.asList(null, 3, Map.of("relu", 1), "gelu"));
        layers.add(Map.of());

        assertThat(DeclaredNetwork.empty().option("layers", layers).problems())
                .containsExactly(
                        "layers[0]: expected a kind of layer, or a map from one kind to its options, found nothing",
                        "layers[1]: expected a kind of layer, or a map from one kind to its options, found 3",
                        "layers[2].relu: expected a map of options, found 1",
                        "layers[3]: unknown kind of layer \"gelu\"; known are conv, batchNorm, relu, relu6, "
                                + "sigmoid, hardSwish, hardSigmoid, maxPool, "
                                + "avgPool, adaptiveAvgPool, flatten, linear, dropout",
                        "layers[4]: expected a kind of layer, or a map from one kind to its options, found {}");
    }

    @Test
    void refusesLayerOptionsAllAtOnce() {
        assertThat(DeclaredNetwork.layers(
                                Map.of("conv", Map.of("kernel", List.of(3, 3, 3), "paddingMode", "mirror", "dMul", 0)),
                                Map.of("maxPool", Map.of("kernel", 2, "padding", 2)),
                                Map.of("batchNorm", Map.of("eps", 1e-5)),
                                Map.of("linear", Map.of("out", -1)))
                        .problems())
                .containsExactly(
                        "layers[0].conv.out: expected a whole number from 1 to 65536, found nothing",
                        "layers[0].conv.kernel: expected a whole number from 1, or two in a list (height, width), "
                                + "found [3, 3, 3]",
                        "layers[0].conv.paddingMode: expected one of zeros, reflect, replicate, circular, "
                                + "found \"mirror\"",
                        "layers[0].conv.dMul: expected a whole number from 1 to 65536, found 0",
                        "layers[1].maxPool.padding: expected at most half the kernel of 2×2, found 2",
                        "layers[2].batchNorm.eps: unknown key; known are epsilon, scale, center, name",
                        "layers[3].linear.out: expected a whole number from 1 to 65536, found -1");
    }

    @Test
    void refusesNamesThatAreTakenReservedOrNoNames() {
        assertThat(DeclaredNetwork.layers(
                                Map.of("relu", Map.of("name", "a")),
                                Map.of("relu", Map.of("name", "a")),
                                Map.of("relu", Map.of("name", "a.weight")),
                                Map.of("relu", Map.of("name", "image")),
                                Map.of("relu", Map.of("name", "b/pad")))
                        .problems())
                .containsExactly(
                        "layers[1]: the name a is that of another layer, or inside it, or reserved",
                        "layers[2]: the name a.weight is that of another layer, or inside it, or reserved",
                        "layers[3]: the name image is that of another layer, or inside it, or reserved",
                        "layers[4].relu.name: expected names of letters, digits, _ and - joined by dots, "
                                + "found \"b/pad\"");
        assertThat(DeclaredNetwork.layers("relu").option("prefix", "model.").problems())
                .containsExactly("prefix: expected names of letters, digits, _ and - joined by dots, found \"model.\"");
    }

    @Test
    void refusesLayersThatNeedAnotherInput() {
        assertThat(DeclaredNetwork.layers(
                                Map.of("linear", Map.of("out", 1)),
                                "flatten",
                                Map.of("conv", Map.of("out", 1, "kernel", 1)),
                                Map.of("maxPool", Map.of("kernel", 2)))
                        .problems())
                .containsExactly(
                        "0: a linear layer needs a vector, found an image of 3 channels of 16×16: "
                                + "add a flatten before it",
                        "2 needs an image, found a vector of 768 features",
                        "3 needs an image, found a vector of 768 features");
    }

    @Test
    void aForgottenNumberOfGroupsIsSaidAndNotThatTheLayerBeforeShouldGiveOneChannel() {
        DeclaredNetwork network = DeclaredNetwork.layers(
                        Map.of("conv", Map.of("out", 4, "kernel", 1, "bias", false)),
                        Map.of("conv", Map.of("out", 8, "kernel", 3, "padding", 1)),
                        Map.of("conv", Map.of("out", 8, "kernel", 3)))
                .tensor("0.weight", 4, 3, 1, 1)
                .tensor("1.weight", 8, 1, 3, 3)
                .tensor("1.bias", 8)
                .tensor("2.W", 8, 4, 9)
                .tensor("2.D", 8, 9, 9)
                .tensor("2.bias", 8);

        assertThat(network.problems())
                .containsExactly(
                        "1.weight is 8×1×3×3, a kernel of 4 groups over the 4 channels that reach it: "
                                + "set layers[1].conv.groups: 4",
                        "2.W is 8×4×9, a kernel of 2 groups over the 8 channels that reach it: "
                                + "set layers[2].conv.groups: 2");
    }

    @Test
    void anOptionThatAnotherTensorConfirmsIsNoRemedy() {
        DeclaredNetwork network = DeclaredNetwork.layers(
                        Map.of("conv", Map.of("out", 4, "kernel", 1, "bias", false)),
                        Map.of("conv", Map.of("out", 5, "kernel", 1, "bias", false)))
                .tensor("0.weight", 4, 3, 1, 1)
                .tensor("1.weight", 5, 3, 1, 1);

        assertThat(network.problems()).containsExactly("1.weight is 5×3×1×1, the architecture says 5×4×1×1");
    }

    @Test
    void aLayerWithoutTensorsGivesItsNumberToOneThatIsNamedSo() {
        DeclaredNetwork network = DeclaredNetwork.layers(
                        Map.of("conv", Map.of("out", 4, "kernel", 1, "bias", false, "name", "0")),
                        "relu",
                        Map.of("conv", Map.of("out", 5, "kernel", 1, "bias", false, "name", "1")),
                        "relu")
                .tensor("0.weight", 4, 3, 1, 1)
                .tensor("1.weight", 5, 4, 1, 1);

        assertThat(network.build().nodes()).extracting(Node::name).containsExactly("0", "1/relu", "1", "3");
        assertThat(DeclaredNetwork.layers(
                                Map.of("conv", Map.of("out", 4, "kernel", 1, "name", "1")),
                                Map.of("conv", Map.of("out", 4, "kernel", 1)))
                        .problems())
                .contains("layers[1]: the name 1 is that of another layer, or inside it, or reserved");
    }

    @Test
    void refusesGroupsThatDoNotDivideTheChannels() {
        assertThat(DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 1, "groups", 2, "bias", false)))
                        .tensor("0.weight", 4, 1, 1, 1)
                        .problems())
                .containsExactly("0: 3 input and 4 output channels do not divide into 2 groups");
    }

    @ParameterizedTest
    @CsvSource({"reflect, 16, a reflect padding of 16×16", "circular, 17, a circular padding of 17×17"})
    void refusesMorePaddingThanTheModeCanOffer(String mode, int padding, String problem) {
        Map<String, Object> options =
                Map.of("out", 1, "kernel", 1, "bias", false, "padding", padding, "paddingMode", mode);

        assertThat(DeclaredNetwork.layers(Map.of("conv", options))
                        .tensor("0.weight", 1, 3, 1, 1)
                        .problems())
                .containsExactly("0: " + problem + " is more than an input of 16×16 has to offer");
    }

    @Test
    void refusesActivationsBeyondWhatATensorCanHold() {
        assertThat(DeclaredNetwork.layers(Map.of("conv", Map.of("out", 65536, "kernel", 1, "padding", 200)))
                        .problems())
                .contains("0 would have an output of [65536, 416, 416], more than 2³¹−1 elements");
    }
}
