package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.result.Declined;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Places that look foldable and are not: the graph stays as it is there, and the report says why. */
class FoldDeclinesTest {
    private static final Map<String, Attribute> PLAIN = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));

    private final TrainingForms forms = new TrainingForms(3, Shape.of(1, 2, 5, 5));

    private String conv(String name, String x) {
        return forms.conv(name, x, forms.normal(4, 2, 3, 3), Optional.empty(), PLAIN);
    }

    private void expectDeclined(Graph training, String node, String rule, String reason) {
        Folded folded = GraphFolder.fold(training);

        assertThat(folded.report().declined())
                .filteredOn(declined ->
                        declined.node().equals(node) && declined.rule().equals(rule))
                .singleElement()
                .extracting(Declined::reason)
                .isEqualTo(reason);
        assertThat(folded.graph().nodes()).extracting(Node::name).contains(node);
    }

    @Test
    void keepsABatchNormWhoseInputSomeoneElseReads() {
        String y = conv("conv", "image");
        forms.batchNorm("bn", y, 4);
        forms.builder().add("Relu", "relu", List.of(y));
        expectDeclined(
                forms.build("bn", "relu"),
                "bn",
                "batch-norm",
                "BatchNormalization bn reads conv of Conv conv, which relu reads too; to fold, nothing else may need "
                        + "it.");
    }

    @Test
    void keepsABatchNormWhoseInputIsAGraphOutput() {
        forms.batchNorm("bn", conv("conv", "image"), 4);
        expectDeclined(
                forms.build("conv", "bn"),
                "bn",
                "batch-norm",
                "BatchNormalization bn reads conv of Conv conv, which is also a graph output; remove conv from the "
                        + "outputs to fold.");
    }

    @Test
    void keepsABatchNormThatUsesBatchStatistics() {
        for (String statistic : List.of("weight", "bias", "running_mean", "running_var")) {
            forms.builder().constant("bn." + statistic, forms.uniform(0.5, 1, 4));
        }
        List<String> inputs =
                List.of(conv("conv", "image"), "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var");
        forms.builder().add("BatchNormalization", "bn", inputs, Map.of("training_mode", Attribute.of(1)));
        expectDeclined(
                forms.build("bn"),
                "bn",
                "batch-norm",
                "BatchNormalization bn normalises with the statistics of its batch (training_mode = 1), expected its "
                        + "running statistics; call eval() before export.");
    }

    @Test
    void keepsABatchNormWhoseStatisticsAreNotConstant() {
        forms.builder().input(Value.of("mean", DType.FLOAT32, Shape.of(4)));
        forms.builder().constant("ones", Tensor.ofFloats(Shape.of(4), 1, 1, 1, 1));
        List<String> inputs = List.of(conv("conv", "image"), "ones", "ones", "mean", "ones");
        forms.builder().add("BatchNormalization", "bn", inputs);
        expectDeclined(
                forms.build("bn"),
                "bn",
                "batch-norm",
                "BatchNormalization bn reads mean from data, expected a constant; call eval() before export.");
    }

    @Test
    void keepsABatchNormOfNonPositiveVariance() {
        Tensor ones = Tensor.ofFloats(Shape.of(4), 1, 1, 1, 1);
        Tensor variance = Tensor.ofFloats(Shape.of(4), 1, -1, 1, 1);
        String y = conv("conv", "image");
        expectDeclined(
                forms.build(forms.batchNorm("bn", y, 1e-5, List.of(ones, ones, ones, variance))),
                "bn",
                "batch-norm",
                "BatchNormalization bn scales channel 1 by NaN and shifts it by NaN, expected finite numbers; check "
                        + "that bn.running_var plus epsilon is positive.");
    }

    @Test
    void keepsABatchNormAfterAConcat() {
        String active = forms.builder().add("Relu", "relu", List.of(conv("a", "image")));
        String both = forms.builder()
                .add("Concat", "cat", List.of(active, conv("b", "image")), Map.of("axis", Attribute.of(1)));
        expectDeclined(
                forms.build(forms.batchNorm("bn", both, 8)),
                "bn",
                "batch-norm",
                "BatchNormalization bn follows Concat cat, expected a convolution or fully connected layer before it.");
    }

    @Test
    void keepsABatchNormBeforeAPaddedConvolution() {
        String x = forms.batchNorm("bn", "image", 2);
        Map<String, Attribute> padded = TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1));
        String y = forms.conv("conv", x, forms.normal(4, 2, 3, 3), Optional.empty(), padded);
        Graph training = forms.build(y);
        expectDeclined(
                training,
                "bn",
                "batch-norm",
                "BatchNormalization bn reads image, which no node computes, expected a convolution or fully "
                        + "connected layer before it.");
        expectDeclined(
                training,
                "conv",
                "pre-affine",
                "Conv conv pads with zeros, which bn before it does not shift as it shifts its input; train with the "
                        + "padding before bn to fold.");
    }

    @Test
    void keepsABatchNormAfterAnActivation() {
        String x = forms.builder().add("Relu", "relu", List.of(conv("conv", "image")));
        expectDeclined(
                forms.build(forms.batchNorm("bn", x, 4)),
                "bn",
                "batch-norm",
                "BatchNormalization bn follows Relu relu, expected a convolution or fully connected layer before it.");
    }

    @Test
    void keepsAKernelThatDependsOnData() {
        forms.builder().input(Value.of("kernel", DType.FLOAT32, Shape.of(4, 2, 3, 3)));
        String y = forms.builder().add("Conv", "conv", List.of("image", "kernel"));
        Graph training = forms.build(forms.batchNorm("bn", y, 4));
        expectDeclined(
                training,
                "conv",
                "weight-program",
                "Conv conv reads its kernel kernel from data, expected a constant; export it as an initializer.");
        expectDeclined(
                training,
                "bn",
                "batch-norm",
                "BatchNormalization bn follows a layer that cannot fold: Conv conv reads its kernel kernel from "
                        + "data, expected a constant; export it as an initializer.");
    }

    @Test
    void keepsADropoutThatTrains() {
        forms.builder().constant("ratio", Tensor.ofFloats(Shape.of(), 0.5f));
        forms.builder().constant("mode", Tensor.ofBytes(DType.BOOL, Shape.of(), ByteBuffer.wrap(new byte[] {1})));
        String y = forms.builder().add("Dropout", "drop", List.of(conv("conv", "image"), "ratio", "mode"));
        Graph training = forms.build(y);
        assertThat(GraphFolder.fold(training).report().declined())
                .containsExactly(new Declined(
                        "drop",
                        "no-op",
                        "Dropout drop may drop values, for its training mode mode is not a constant false; "
                                + "call eval() before export."));
    }

    @Test
    void keepsAnIdentityFromInputToOutput() {
        String y = forms.builder().add("Identity", "same", List.of("image"));
        expectDeclined(
                forms.build(y),
                "same",
                "no-op",
                "Identity same makes the graph output same of image, and both must keep their names; remove same "
                        + "from the outputs to fold.");
    }

    @Test
    void keepsASumOverTheRowsOfAProduct() {
        TrainingForms rows = new TrainingForms(4, Shape.of(3, 5));
        rows.builder().constant("fc.weight", rows.normal(5, 3));
        rows.builder().constant("rows", rows.normal(3, 1));
        rows.builder().add("MatMul", "fc", List.of("image", "fc.weight"));
        expectDeclined(
                rows.build(rows.builder().add("Add", "sum", List.of("fc", "rows"))),
                "sum",
                "bias",
                "Add sum adds rows of shape 3×1, expected one value for each of its 3 outputs.");
    }

    @Test
    void keepsABatchNormAfterABatchedMatrixProduct() {
        TrainingForms tokens = new TrainingForms(5, Shape.of(1, 4, 5));
        tokens.builder().constant("fc.weight", tokens.normal(5, 4));
        tokens.builder().add("MatMul", "fc", List.of("image", "fc.weight"));
        expectDeclined(
                tokens.build(tokens.batchNorm("bn", "fc", 4)),
                "bn",
                "batch-norm",
                "BatchNormalization bn normalises axis 1, but the channels of MatMul fc before it are its last axis; "
                        + "transpose them to axis 1 first.");
    }
}
