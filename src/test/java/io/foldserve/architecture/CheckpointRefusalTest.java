package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a checkpoint is refused for, and in which words. */
class CheckpointRefusalTest {
    private static DeclaredNetwork resnet() {
        return DeclaredNetwork.golden("resnets", "resnet18 mixed of width 16");
    }

    @Test
    void buildsTheNetworkThatTheRefusalsStartFrom() {
        assertThat(resnet().build().outputs()).hasSize(1);
    }

    @Test
    void reportsEveryMissingLeftOverAndMisShapedTensorAtOnceByName() {
        DeclaredNetwork network = resnet().without("layer1.0.conv1.D", "layer4.1.bn2.bias")
                .tensor("layer2.0.bn1.weight", 7)
                .tensor("extra.weight", 3, 4)
                .tensor("layer3.0.conv9.D", 1, 9, 9);

        assertThat(network.problems())
                .containsExactlyInAnyOrder(
                        "layer1.0.conv1.D is missing, the architecture says 16×9×18",
                        "layer4.1.bn2.bias is missing, the architecture says 128",
                        "layer2.0.bn1.weight is 7, the architecture says 32",
                        "extra.weight (3×4) is left over: the architecture has no place for it",
                        "layer3.0.conv9.D (1×9×9) is left over: the architecture has no place for it");
    }

    @Test
    void namesTheCheckpointInTheMessage() {
        DeclaredNetwork network = resnet().without("bn1.bias");

        assertThatThrownBy(network::assemble)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("net.pth: bn1.bias is missing, the architecture says 16");
    }

    @Test
    void saysWhichOptionWouldMakeTheClassesFit() {
        assertThat(resnet().option("classes", 1000).problems())
                .containsExactly(
                        "fc.weight is 10×128, the architecture says 1000×128: set classes: 10",
                        "fc.bias is 10, the architecture says 1000: set classes: 10");
    }

    @Test
    void saysWhichOptionWouldMakeTheInputFit() {
        DeclaredNetwork grey = DeclaredNetwork.golden("resnets", "resnet18 mixed for grey images with another epsilon");

        assertThat(grey.option("channels", 3).problems())
                .containsExactly("conv1.weight is 8×1×7×7, the architecture says 8×3×7×7: set channels: 1");
    }

    @Test
    void saysWhichOptionsWouldMakeTheWidthAndTheInputFitTogether() {
        DeclaredNetwork grey = DeclaredNetwork.golden("resnets", "resnet18 mixed for grey images with another epsilon");

        assertThat(grey.option("channels", 3).option("width", 64).problems())
                .contains("conv1.weight is 8×1×7×7, the architecture says 64×3×7×7: set channels: 1 and width: 8")
                .contains("bn1.running_mean is 8, the architecture says 64: set width: 8");
    }

    @Test
    void refusesAPlainAndAnOverParameterisedKernelSideBySide() {
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 3, "bias", false)))
                .tensor("0.weight", 4, 3, 3, 3)
                .tensor("0.W", 4, 3, 9)
                .tensor("0.D", 3, 9, 9)
                .tensor("0.d_diag", 3, 9, 9);

        assertThat(network.problems())
                .containsExactly(
                        "0.W stands beside 0.weight: a layer is either plain (weight) or DO-Conv (W, D)",
                        "0.D stands beside 0.weight: a layer is either plain (weight) or DO-Conv (W, D)",
                        "0.d_diag stands beside 0.weight: a layer is either plain (weight) or DO-Conv (W, D)");
    }

    @Test
    void missesTheWeightOfALayerThatOnlyHasItsDepthwisePart() {
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 3, "bias", false)))
                .tensor("0.D", 3, 9, 9);

        assertThat(network.problems()).containsExactly("0.W is missing, the architecture says 4×3×9");
    }

    @Test
    void refusesADepthwisePartBesideASingleTap() {
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 1, "bias", false)))
                .tensor("0.W", 4, 3, 1)
                .tensor("0.D", 3, 1, 1);

        assertThat(network.problems())
                .containsExactly("0.D (3×1×1) is left over: the architecture has no place for it");
    }

    @Test
    void takesAKernelThatWasFoldedAlreadyUnderTheNameOfItsFactor() {
        Graph graph = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 3, "bias", false)))
                .tensor("0.W", 4, 3, 3, 3)
                .build();

        assertThat(graph.constants().keySet()).containsExactly("0.W");
    }

    @Test
    void refusesAKernelThatWasFoldedAlreadyBesideItsDepthwisePart() {
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 3, "bias", false)))
                .tensor("0.W", 4, 3, 3, 3)
                .tensor("0.D", 3, 9, 9);

        assertThat(network.problems()).containsExactly("0.W is 4×3×3×3, the architecture says 4×3×9");
    }

    @Test
    void refusesAFoldedKernelBesideADiagonal() {
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 3, "bias", false)))
                .tensor("0.W", 4, 3, 3, 3)
                .tensor("0.D_diag", 3, 9, 9);

        assertThat(network.problems())
                .containsExactly("0.D_diag (3×9×9) is left over: the architecture has no place for it");
    }

    @Test
    void missesTheDepthwisePartOfAFactor() {
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 3, "bias", false)))
                .tensor("0.W", 4, 3, 9);

        assertThat(network.problems()).containsExactly("0.D is missing, the architecture says 3×9×9");
    }

    @ParameterizedTest
    @EnumSource(Framework.class)
    void neverLoadsALayerWithADepthwisePartAsAPlainOne(Framework framework) {
        DeclaredNetwork network = DeclaredNetwork.layers("flatten", Map.of("linear", Map.of("out", 2, "bias", false)))
                .framework(framework)
                .size(1, 1)
                .tensor("1.weight", 2, 3)
                .tensor("1.D", 9, 9, 3);

        assertThat(network.problems()).singleElement().asString().startsWith("1.D ");
    }

    @Test
    void ignoresWhatOnlyCountsStepsOfTraining() {
        Graph graph = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 3, "bias", false)))
                .tensor("0.weight", 4, 3, 3, 3)
                .tensor("n_averaged", Tensor.ofLongs(Shape.of(), 7))
                .build();

        assertThat(graph.constants().keySet()).containsExactly("0.weight");
    }

    @Test
    void refusesFactorsWhoseTapsOrMultipliersDisagree() {
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 3, "bias", false)))
                .tensor("0.W", 4, 3, 10)
                .tensor("0.D", 3, 25, 10)
                .tensor("0.D_diag", 3, 9, 9);

        assertThat(network.problems())
                .containsExactly(
                        "0.D is 3×25×10, the architecture says 3×9×10",
                        "0.D_diag is 3×9×9, the architecture says 3×9×10");
    }

    @Test
    void refusesAnotherMultiplierThanTheDeclaredOne() {
        Map<String, Object> options = Map.of("out", 4, "kernel", 3, "bias", false, "dMul", 9);
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", options))
                .tensor("0.W", 4, 3, 10)
                .tensor("0.D", 3, 9, 10);

        assertThat(network.problems())
                .containsExactly(
                        "0.W is 4×3×10, the architecture says 4×3×9", "0.D is 3×9×10, the architecture says 3×9×9");
    }

    @Test
    void refusesBothSpellingsOfTheDiagonalAtOnce() {
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 3, "bias", false)))
                .tensor("0.W", 4, 3, 9)
                .tensor("0.D", 3, 9, 9)
                .tensor("0.d_diag", 3, 9, 9)
                .tensor("0.D_diag", 3, 9, 9);

        assertThat(network.problems())
                .containsExactly("0.D_diag (3×9×9) is left over: the architecture has no place for it");
    }

    @Test
    void refusesABiasThatTheDeclarationRulesOut() {
        DeclaredNetwork network = DeclaredNetwork.layers(Map.of("conv", Map.of("out", 4, "kernel", 1, "bias", false)))
                .tensor("0.weight", 4, 3, 1, 1)
                .tensor("0.bias", 4);

        assertThat(network.problems()).containsExactly("0.bias (4) is left over: the architecture has no place for it");
    }

    @Test
    void refusesABatchNormWithoutRunningStatisticsWithTheReason() {
        DeclaredNetwork network =
                DeclaredNetwork.layers("batchNorm").tensor("0.weight", 3).tensor("0.bias", 3);

        assertThat(network.problems())
                .containsExactly(
                        "0 has no running_mean and running_var: a batch norm that normalises by the batch's own "
                                + "statistics gives answers that depend on the other images in the batch");
    }

    @Test
    void missesEveryTensorOfABatchNormThatIsNotThere() {
        assertThat(DeclaredNetwork.layers("batchNorm").problems())
                .containsExactlyInAnyOrder(
                        "0.weight is missing, the architecture says 3",
                        "0.bias is missing, the architecture says 3",
                        "0.running_mean is missing, the architecture says 3",
                        "0.running_var is missing, the architecture says 3");
    }

    @Test
    void missesHalfOfABatchNormsScaleAndShift() {
        assertThat(DeclaredNetwork.layers("batchNorm")
                        .norm("0", 3)
                        .without("0.bias", "0.running_var")
                        .problems())
                .containsExactlyInAnyOrder(
                        "0.bias is missing, the architecture says 3",
                        "0.running_var is missing, the architecture says 3");
    }

    @Test
    void refusesIntegersWhereWeightsBelong() {
        DeclaredNetwork network = DeclaredNetwork.layers("flatten", Map.of("linear", Map.of("out", 1, "bias", false)))
                .size(1, 1)
                .tensor("1.weight", Tensor.ofLongs(Shape.of(1, 3), 1, 2, 3));

        assertThat(network.problems()).containsExactly("1.weight holds INT64, expected floating-point numbers");
    }

    @Test
    void saysWhichWayAUNetUpsamples() {
        assertThat(DeclaredNetwork.golden("unets", "unet plain at 37x51")
                        .option("bilinear", true)
                        .problems())
                .contains("the checkpoint upsamples by transposed convolutions: set bilinear: false");
        assertThat(DeclaredNetwork.golden("unets", "unet mixed at 51x38")
                        .option("bilinear", false)
                        .problems())
                .contains("the checkpoint upsamples without parameters: set bilinear: true");
    }

    @Test
    void dropsAuxiliaryHeadsOnlyWhereTheyBelong() {
        assertThat(resnet().tensor("aux_classifier.0.weight", 1).problems())
                .containsExactly("aux_classifier.0.weight (1) is left over: the architecture has no place for it");
    }

    @Test
    void refusesAnOddWidthForShortcutsOfOptionA() {
        assertThat(DeclaredNetwork.golden("cifar_resnets", "cifar-resnet20 plain with option A")
                        .option("width", 15)
                        .problems())
                .contains("layer2.0.shortcut: option A adds 15 channels, which do not divide into two sides: "
                        + "choose an even width");
    }

    @Test
    void refusesImagesThatShrinkToNothingOnceAndByLayer() {
        assertThat(DeclaredNetwork.golden("unets", "unet plain at 37x51")
                        .size(15, 64)
                        .problems())
                .containsExactly("images of 15×64 are too small for this network: "
                        + "the output of down4.maxpool_conv.0 would be 0×4");
    }

    @Test
    void neverAllocatesForAWidthThatTheCheckpointDoesNotHave() {
        assertThat(DeclaredNetwork.golden("resnets", "resnet34 doconv of width 16")
                        .option("width", NetworkKeys.LARGEST)
                        .problems())
                .contains("conv1.W is 16×3×49, the architecture says 65536×3×49: set width: 16");
    }
}
