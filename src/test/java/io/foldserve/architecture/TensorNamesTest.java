package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.checkpoint.base.Framework;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints whose tensors have other names than the network's: the same network, or a few lines that say what to
 * write.
 */
class TensorNamesTest {
    private static DeclaredNetwork resnet() {
        return DeclaredNetwork.golden("resnets", "resnet18 mixed of width 16");
    }

    private static void expectTheSame(DeclaredNetwork renamed, Graph expected) {
        Graph built = renamed.build();
        assertThat(built.nodes()).isEqualTo(expected.nodes());
        assertThat(built.constants()).isEqualTo(expected.constants());
    }

    @ParameterizedTest
    @ValueSource(strings = {"backbone.", "model.", "encoder.net.", "student.module.", "a.b.c.d.", "0."})
    void takesOffTheOnlyPrefixUnderWhichEverythingFits(String prefix) {
        DeclaredNetwork network = resnet().renamed(name -> prefix + name);

        expectTheSame(network, resnet().build());
        assertThat(network.assemble().notes())
                .contains("the tensors stand under %s, which was taken off".formatted(prefix));
    }

    @ParameterizedTest
    @CsvSource({"fc.1", "last_linear", "head.fc", "fc.fc.0", "classifier"})
    void takesTheOnlyLayerLeftOverForTheHead(String head) {
        DeclaredNetwork network = resnet().renamed(name -> name.replaceFirst("^fc\\.", head + "."));

        expectTheSame(network, resnet().build());
        assertThat(network.assemble().notes()).contains("taken under other names: " + head + " for fc");
    }

    @Test
    void takesOffThePrefixOfAllButARenamedHead() {
        DeclaredNetwork network =
                resnet().renamed(name -> name.startsWith("fc.") ? "head." + name : "backbone." + name);

        expectTheSame(network, resnet().build());
    }

    @Test
    void readsTheNumbersOfTheBodyThatFastaiCuts() {
        Map<String, String> numbers =
                Map.of("conv1", "0", "bn1", "1", "layer1", "4", "layer2", "5", "layer3", "6", "layer4", "7");
        DeclaredNetwork network = resnet().renamed(name -> {
            String part = name.substring(0, name.indexOf('.'));
            return numbers.containsKey(part)
                    ? "0." + numbers.get(part) + name.substring(part.length())
                    : name.replaceFirst("^fc", "1.1");
        });

        expectTheSame(network, resnet().build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"KERAS", "MXNET"})
    void takesOffThePrefixOfEveryFramework(Framework framework) {
        DeclaredNetwork network = DeclaredNetwork.layers(
                        Map.of("conv", Map.of("out", 4, "kernel", 3)),
                        Map.of("adaptiveAvgPool", Map.of("output", 1)),
                        "flatten",
                        Map.of("linear", Map.of("out", 2)))
                .framework(framework)
                .tensor(
                        framework == Framework.KERAS ? "base/0/kernel" : "base.0.weight",
                        framework == Framework.KERAS ? new int[] {3, 3, 3, 4} : new int[] {4, 3, 3, 3})
                .tensor(framework == Framework.KERAS ? "base/0/bias" : "base.0.bias", 4)
                .tensor(
                        framework == Framework.KERAS ? "base/3/kernel" : "base.3.weight",
                        framework == Framework.KERAS ? new int[] {4, 2} : new int[] {2, 4})
                .tensor(framework == Framework.KERAS ? "base/3/bias" : "base.3.bias", 2);

        assertThat(network.assemble().notes()).contains("the tensors stand under base., which was taken off");
    }

    @Test
    void takesTheNamesThatAreDeclared() {
        DeclaredNetwork network = resnet().renamed(
                        name -> name.replaceFirst("^layer4\\.", "last.").replaceFirst("^fc", "top"))
                .option("rename", Map.of("last", "layer4", "top", "fc"));

        expectTheSame(network, resnet().build());
    }

    @Test
    void refusesNamesThatAreNoMap() {
        assertThat(resnet().option("rename", "fc").problems())
                .containsExactly("rename: expected stored names by the network's, such as {head.fc: fc}, found \"fc\"");
    }

    @Test
    void givesAHeadWithoutBiasOneOfZeros() {
        Assembly assembly = resnet().without("fc.bias").assemble();

        assertThat(assembly.graph().constants().get("fc.bias")).isEqualTo(Tensor.ofFloats(Shape.of(10), new float[10]));
        assertThat(assembly.notes()).contains("fc.bias is not stored: the head has no bias");
    }

    @Test
    void refusesALayerInTheMiddleWithoutItsBias() {
        assertThat(DeclaredNetwork.golden("vggs", "vgg11-bn plain at 64x97")
                        .without("classifier.0.bias")
                        .problems())
                .hasSize(1);
    }

    @Test
    void asksWhichOfTwoSetsThatFitIsMeant() {
        DeclaredNetwork network = resnet().doubled("model.", "ema_model.");

        assertThat(network.problems())
                .containsExactly("several sets of tensors fit resnet18, under model. and ema_model.: "
                        + "name one, entry: ./model or entry: ./ema_model");
    }

    @Test
    void refusesWhatStandsBesideTheOnlySetThatFits() {
        DeclaredNetwork network = resnet().renamed(name -> "backbone." + name).tensor("projector.0.weight", 4, 4);

        assertThat(network.problems())
                .containsExactly(
                        "the tensors under backbone. fit resnet18, but projector.0.weight have no place in it: "
                                + "to leave them out write entry: ./backbone");
    }

    @Test
    void saysOfAHeadOfSeveralLayersWhatIsPossible() {
        DeclaredNetwork network = resnet().without("fc.weight", "fc.bias")
                .tensor("fc.0.weight", 16, 128)
                .tensor("fc.2.weight", 10, 16);

        assertThat(network.problems())
                .containsExactly(
                        "everything fits resnet18 but its head fc, in whose place stand fc.0, fc.2: export a network"
                                + " whose head has several layers to ONNX in eval mode, and name that file as "
                                + "checkpoint");
    }

    @Test
    void refusesALayerThatIsCalledOtherwiseInTheMiddle() {
        assertThat(resnet().renamed(name -> name.replace("layer1.0.conv1.", "layer1.0.first."))
                        .problems())
                .anyMatch(problem -> problem.startsWith("layer1.0.conv1."));
    }

    @Test
    void tellsOneCauseInOneLine() {
        DeclaredNetwork network = resnet().renamed(name -> name.replace('.', '_'));

        assertThat(network.problems()).hasSize(2);
        assertThat(network.problems().get(0)).contains("of the", "that resnet18 asks for are missing");
        assertThat(network.problems().get(1)).contains("are left over");
    }

    @Test
    void setsAsideWhatCountersAndLossesLeftBehind() {
        Assembly assembly = resnet().tensor("total_ops", 1)
                .tensor("layer1.0.conv1.total_params", 1)
                .tensor("criterion.weight", 10)
                .tensor("perceptual_loss.net.0.weight", 3, 3)
                .tensor("val_metrics.accuracy.tp", 10)
                .tensor("mean", Tensor.ofFloats(Shape.of(1, 3, 1, 1), 0.5f, 0.25f, 0.125f))
                .tensor("num_updates", Tensor.ofLongs(Shape.of(), 7))
                .assemble();

        assertThat(assembly.graph().constants()).isEqualTo(resnet().build().constants());
        assertThat(String.join("\n", assembly.notes()))
                .contains("set aside total_ops, layer1.0.conv1.total_params (counts of a FLOPs counter")
                .contains("set aside criterion.weight, perceptual_loss.net.0.weight (the training's loss")
                .contains("set aside val_metrics.accuracy.tp (the training's metrics")
                .contains("set aside mean [0.5, 0.25, 0.125] (the network's own normalisation")
                .contains("set aside num_updates (counters of an average");
    }

    @ParameterizedTest
    @ValueSource(strings = {"accuracy_head.weight", "layer1.0.se.weight", "layer1.0.mean", "extra.total"})
    void refusesALeftOverThatCouldChangeTheAnswer(String name) {
        assertThat(resnet().tensor(name, 16, 2).problems())
                .containsExactly(name + " (16×2) is left over: the architecture has no place for it");
    }

    @Test
    void refusesACounterThatCountsMoreThanOneThing() {
        assertThat(resnet().tensor("layer1.0.total_ops", 2).problems()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "RepVGG, stage1.0.rbr_dense.conv.weight, stage1.0.rbr_1x1.conv.weight",
        "MobileOne, stage1.0.rbr_conv.0.conv.weight, stage1.0.rbr_scale.conv.weight",
        "DBB, layer1.0.conv1.dbb_origin.conv.weight, layer1.0.conv1.dbb_1x1.conv.weight",
    })
    void namesANetworkOfBranchesAndTheWayOut(String network, String one, String other) {
        assertThat(resnet().tensor(one, 4, 3, 3, 3).tensor(other, 4, 3, 1, 1).problems())
                .singleElement()
                .asString()
                .contains(network, "export the network to ONNX in eval mode");
    }

    @Test
    void namesANetworkOfBranchesWhateverArchitectureIsDeclared() {
        assertThat(DeclaredNetwork.empty()
                        .option("name", "resnet18")
                        .tensor("neck.0.rbr_dense.conv.weight", 1)
                        .tensor("neck.0.rbr_1x1.conv.weight", 1)
                        .problems())
                .singleElement()
                .asString()
                .contains("RepVGG", "ONNX");
    }
}
