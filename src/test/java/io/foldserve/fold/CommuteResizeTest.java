package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.foldserve.fold.IslandCheck.Deviations;
import io.foldserve.fold.cost.CostModel;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Affine maps and 1×1 convolutions around a Resize. */
class CommuteResizeTest {
    private static final Map<String, Attribute> POINT = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));
    private static final Map<String, Attribute> PADDED = TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1));
    private static final Shape INPUT = Shape.of(1, 32, 15, 14);

    private final TrainingForms forms = new TrainingForms(21, INPUT);

    private String conv(String name, String x, int outputs, int inputs, int size, Map<String, Attribute> attributes) {
        return forms.conv(
                name, x, forms.normal(outputs, inputs, size, size), Optional.of(forms.normal(outputs)), attributes);
    }

    private static Map<String, Attribute> interpolation(String mode, String coordinates) {
        return Map.of("mode", Attribute.of(mode), "coordinate_transformation_mode", Attribute.of(coordinates));
    }

    private String scaled(String x, double scale, Map<String, Attribute> attributes) {
        float[] scales = {1, 1, (float) scale, (float) scale};
        String constant = forms.builder().constant("scales", Tensor.ofFloats(Shape.of(4), scales));
        return forms.builder().add("Resize", "resize", List.of(x, "", constant), attributes);
    }

    private String sized(String x, Map<String, Attribute> attributes, long... sizes) {
        String constant = forms.builder().constant("sizes", Tensor.ofLongs(Shape.of(sizes.length), sizes));
        return forms.builder().add("Resize", "resize", List.of(x, "", "", constant), attributes);
    }

    private static Tensor input() {
        RandomGenerator random = new SplittableRandom(4);
        float[] values = new float[INPUT.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(INPUT, values);
    }

    /** The operators that are left, once border and inside were found to be exact. */
    private List<String> folded(String output) {
        Graph training = forms.build(output);
        Deviations deviations = new IslandCheck(training).deviations(input());
        assertThat(deviations.border()).as("border").isLessThanOrEqualTo(1e-12);
        assertThat(deviations.interior()).as("interior").isLessThanOrEqualTo(1e-12);
        Folded folded = FoldAudit.measure(GraphFolder.fold(training), 5);
        assertThat(folded.report().layers())
                .allSatisfy(layer -> assertThat(layer.errors()).isPresent());
        return folded.graph().nodes().stream().map(Node::op).toList();
    }

    private void expectDeclined(String output, String node, String reason) {
        IslandPlan plan = IslandPlan.of(GraphFacts.of(forms.build(output)), CostSource.GENERIC);
        assertThat(plan.islands()).isEmpty();
        assertThat(plan.declined())
                .filteredOn(declined -> declined.node().equals(node))
                .extracting(Declined::rule, Declined::reason)
                .containsExactly(tuple("commute", reason));
    }

    @ParameterizedTest
    @CsvSource({
        "nearest, half_pixel",
        "nearest, asymmetric",
        "linear, half_pixel",
        "linear, pytorch_half_pixel",
        "linear, align_corners",
        "linear, asymmetric"
    })
    void foldsABatchNormBehindAnUpsamplingIntoTheConvolutionBeforeIt(String mode, String coordinates) {
        String x = conv("conv", "image", 16, 32, 3, PADDED);
        String y = scaled(x, 2, interpolation(mode, coordinates));
        assertThat(folded(forms.batchNorm("bn", y, 16))).containsExactly("Conv", "Resize");
    }

    @Test
    void foldsAScaleBehindAnUpsamplingToASizeOfItsOwn() {
        String x = conv("conv", "image", 16, 32, 3, PADDED);
        String y = sized(x, interpolation("linear", "align_corners"), 1, 16, 37, 23);
        String scale = forms.builder().constant("scale", forms.normal(16, 1, 1));
        assertThat(folded(forms.builder().add("Mul", "scaled", List.of(y, scale))))
                .containsExactly("Conv", "Resize");
    }

    @Test
    void foldsAPointwiseConvolutionBehindAnUpsamplingThatNamesTheChannels() {
        String x = conv("conv", "image", 32, 32, 3, PADDED);
        String y = sized(x, interpolation("linear", "half_pixel"), 1, 32, 30, 28);
        assertThat(folded(conv("head", y, 8, 32, 1, POINT))).containsExactly("Conv", "Resize");
    }

    @Test
    void movesAPointwiseConvolutionBeforeAnUpsamplingOfDataThatNamesItsAxes() {
        Map<String, Attribute> attributes = new HashMap<>(interpolation("nearest", "asymmetric"));
        attributes.put("axes", Attribute.ints(-2, -1));
        String x = forms.builder().add("Relu", "relu", List.of("image"));
        String y = sized(x, attributes, 60, 56);
        assertThat(folded(conv("head", y, 8, 32, 1, POINT))).containsExactly("Relu", "Conv", "Resize");
    }

    @Test
    void foldsThroughTwoUpsamplings() {
        String x = conv("conv", "image", 16, 32, 3, PADDED);
        String y = scaled(x, 2, interpolation("nearest", "asymmetric"));
        String sizes = forms.builder().constant("twice", Tensor.ofLongs(Shape.of(4), 1, 16, 61, 57));
        String z = forms.builder()
                .add(
                        "Resize",
                        "again",
                        List.of(forms.batchNorm("bn", y, 16), "", "", sizes),
                        interpolation("linear", "half_pixel"));
        assertThat(folded(forms.batchNorm("last", z, 16))).containsExactly("Conv", "Resize", "Resize");
    }

    @Test
    void movesAPointwiseConvolutionBehindADownsampling() {
        String x = conv("conv", "image", 32, 32, 1, POINT);
        String y = scaled(x, 0.5, interpolation("nearest", "asymmetric"));
        assertThat(folded(conv("next", y, 8, 32, 3, POINT))).containsExactly("Resize", "Conv");
    }

    @Test
    void keepsAWideningConvolutionBehindAnUpsamplingWhereThatMovesMore() {
        String x = forms.builder().add("Relu", "relu", List.of("image"));
        String y = scaled(x, 1.1, interpolation("linear", "half_pixel"));
        Graph training = forms.build(forms.conv(
                "wide", y, forms.normal(256, 1, 1, 1), Optional.empty(), TrainingForms.attributes(1, 1, 32, pads())));
        assertThat(IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC).islands())
                .isEmpty();
    }

    private static List<Integer> pads() {
        return List.of(0, 0, 0, 0);
    }

    @Test
    void keepsAKernelOfNeighboursBehindAnUpsampling() {
        String x = conv("conv", "image", 16, 32, 3, PADDED);
        String y = scaled(x, 2, interpolation("linear", "half_pixel"));
        expectDeclined(
                conv("next", y, 16, 16, 3, PADDED),
                "next",
                "Conv next reads neighbours of what Resize resize makes, so that they cannot change places; only 1×1 "
                        + "convolutions and scales per channel can.");
    }

    @Test
    void keepsWhatIsBehindACropThatPutsAConstantOutside() {
        String x = conv("conv", "image", 16, 32, 3, PADDED);
        float[] region = {0, 0, -0.2f, -0.2f, 1, 1, 1.2f, 1.2f};
        String roi = forms.builder().constant("roi", Tensor.ofFloats(Shape.of(8), region));
        String sizes = forms.builder().constant("sizes", Tensor.ofLongs(Shape.of(4), 1, 16, 30, 28));
        forms.builder()
                .add("Resize", "resize", List.of(x, roi, "", sizes), interpolation("linear", "tf_crop_and_resize"));
        expectDeclined(
                forms.batchNorm("bn", "resize", 16),
                "resize",
                "Resize resize finds its positions by tf_crop_and_resize, expected half_pixel, pytorch_half_pixel, "
                        + "align_corners or asymmetric, which put nothing of their own outside.");
    }

    @Test
    void keepsWhatIsBehindACubicInterpolation() {
        String x = conv("conv", "image", 16, 32, 3, PADDED);
        Map<String, Attribute> attributes = new HashMap<>(interpolation("cubic", "half_pixel"));
        attributes.put("exclude_outside", Attribute.of(1));
        expectDeclined(
                forms.batchNorm("bn", scaled(x, 2, attributes), 16),
                "resize",
                "Resize resize interpolates by mode cubic, expected nearest or linear without anti-aliasing, whose "
                        + "weights are known to add up to one.");
    }

    @Test
    void keepsWhatIsBehindAnAntiAliasedDownsampling() {
        String x = conv("conv", "image", 16, 32, 3, PADDED);
        Map<String, Attribute> attributes = new HashMap<>(interpolation("linear", "half_pixel"));
        attributes.put("antialias", Attribute.of(1));
        expectDeclined(
                forms.batchNorm("bn", scaled(x, 0.5, attributes), 16),
                "resize",
                "Resize resize interpolates by mode linear with anti-aliasing, expected nearest or linear without "
                        + "anti-aliasing, whose weights are known to add up to one.");
    }

    @Test
    void keepsWhatIsBehindAResizeOfTheChannels() {
        String x = conv("conv", "image", 16, 32, 3, PADDED);
        // As many channels as before, read elsewhere.
        String scales = forms.builder().constant("scales", Tensor.ofFloats(Shape.of(4), 1, 1.05f, 2, 2));
        forms.builder().add("Resize", "resize", List.of(x, "", scales), interpolation("linear", "asymmetric"));
        expectDeclined(
                forms.batchNorm("bn", "resize", 16),
                "resize",
                "Resize resize resizes the batch or the channels, expected the spatial axes alone.");
    }

    @Test
    void keepsWhatIsBehindAnUpsamplingThatSomeoneElseReads() {
        String x = conv("conv", "image", 16, 32, 3, PADDED);
        String y = scaled(x, 2, interpolation("nearest", "asymmetric"));
        forms.builder().add("Relu", "relu", List.of(y));
        Graph training = forms.build(forms.batchNorm("bn", y, 16), "relu");
        assertThat(IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC).islands())
                .isEmpty();
    }

    @Test
    void keepsASumOfWhatWasResizedAndWhatWasNot() {
        List<String> branches = new ArrayList<>();
        branches.add(scaled(conv("a", "image", 16, 32, 3, PADDED), 1, interpolation("linear", "half_pixel")));
        branches.add(conv("b", "image", 16, 32, 3, PADDED));
        Graph training = forms.build(forms.builder().add("Add", "sum", branches));
        assertThat(IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC).islands())
                .isEmpty();
    }

    @Test
    void aConvolutionAndAResizeAloneAreNoChoice() {
        String x = conv("conv", "image", 16, 32, 3, PADDED);
        Graph training = forms.build(scaled(x, 2, interpolation("linear", "half_pixel")));
        CostSource never = new CostSource() {
            @Override
            public CostModel costs() {
                throw new AssertionError("there is nothing to price");
            }
        };
        assertThat(IslandPlan.of(GraphFacts.of(training), never).islands()).isEmpty();
    }
}
