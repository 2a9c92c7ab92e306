package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.rule.BatchNormMap;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The sentences of declines that take rarer networks than {@link FoldDeclinesTest} and {@link IslandDeclinesTest} have.
 */
class ReasonsTest {
    private static final Map<String, Attribute> PLAIN = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));

    private final TrainingForms forms = new TrainingForms(31, Shape.of(1, 2, 5, 5));
    private final TrainingForms rows = new TrainingForms(32, Shape.of(3, 5));

    private String conv(String x) {
        return forms.conv("conv", x, forms.normal(4, 2, 3, 3), Optional.empty(), PLAIN);
    }

    private static void expect(Graph training, String node, String reason) {
        assertThat(GraphFolder.fold(training).report().declined())
                .filteredOn(declined -> declined.node().equals(node))
                .extracting(Declined::reason)
                .containsExactly(reason);
    }

    @Test
    void aBiasFromData() {
        forms.builder().input(Value.of("b", DType.FLOAT32, Shape.of(4)));
        forms.builder().constant("w", forms.normal(4, 2, 3, 3));
        forms.builder().add("Conv", "conv", List.of("image", "w", "b"));
        expect(
                forms.build("conv"),
                "conv",
                "Conv conv reads its bias b from data, expected a constant; export it as an initializer.");
    }

    @Test
    void aTransposedInput() {
        rows.builder().constant("w", rows.normal(3, 4));
        rows.builder().add("Gemm", "fc", List.of("image", "w"), Map.of("transA", Attribute.of(1)));
        expect(
                rows.build("fc"),
                "fc",
                "Gemm fc transposes its input (transA = 1), expected transA = 0; transpose the input in a node "
                        + "before it.");
    }

    @Test
    void aBiasForEachRow() {
        rows.builder().constant("w", rows.normal(5, 4));
        rows.builder().constant("b", rows.normal(3, 1));
        rows.builder().add("Gemm", "fc", List.of("image", "w", "b"));
        expect(rows.build("fc"), "fc", "Gemm fc adds b of shape 3×1, expected one value for each of its 4 outputs.");
    }

    @Test
    void aValueThatSeveralNodesAndTheCallerRead() {
        String y = conv("image");
        forms.builder().add("Relu", "relu", List.of(y));
        forms.builder().add("Sigmoid", "gate", List.of(y));
        forms.batchNorm("bn", y, 4);
        expect(
                forms.build("bn", "relu", "gate", y),
                "bn",
                "BatchNormalization bn reads conv of Conv conv, which relu, gate read too and which is also a graph "
                        + "output; to fold, nothing else may need it.");
    }

    @Test
    void aMaskThatSomeoneReads() {
        forms.builder()
                .add(new Node("drop", "", "Dropout", List.of(conv("image")), List.of("dropped", "mask"), Map.of()));
        forms.builder().add("Not", "not", List.of("mask"));
        expect(
                forms.build("dropped", "not"),
                "drop",
                "Dropout drop makes a second output mask, which not needs; to fold, nothing may need it.");
    }

    @Test
    void statisticsOfTooManyChannels() {
        Tensor five = Tensor.ofFloats(Shape.of(5), 1, 1, 1, 1, 1);
        ConstantValues constants = ConstantValues.of(withConstant("five", five));
        Node norm = new Node(
                "bn", "", "BatchNormalization", List.of("x", "five", "five", "five", "five"), List.of("y"), Map.of());
        assertThat(BatchNormMap.whyNotStatistics(constants, norm, Optional.of(4)))
                .contains("BatchNormalization bn has 5 values in five, expected one for each of 4 channels.");
    }

    private Graph withConstant(String name, Tensor tensor) {
        forms.builder().constant(name, tensor);
        return forms.build(conv("image"));
    }
}
