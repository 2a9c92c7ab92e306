package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.FoldedInDoubles.Deviations;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.KeptOperator;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any layer, whatever its geometry, folds exactly: border and interior apart, within 1e-11 of Σ|K||x| + |b|. */
class FoldPropertiesTest {
    private static final Shape SPACE = Shape.of(9, 8);

    enum Norm {
        NONE,
        ORDINARY,
        ZERO_SCALE,
        TINY_VARIANCE
    }

    record Geometry(int groups, int groupInputs, int groupOutputs, int height, int width, int stride, int dilation) {}

    record Options(int multiplier, boolean bias, Norm norm, String mode, List<Integer> pads, long seed) {}

    @Provide
    Arbitrary<Geometry> geometries() {
        return Combinators.combine(
                        Arbitraries.of(1, 2, 3, 4),
                        Arbitraries.of(1, 2, 3),
                        Arbitraries.of(1, 2, 3),
                        Arbitraries.of(1, 2, 3),
                        Arbitraries.of(1, 2, 3, 4),
                        Arbitraries.of(1, 2),
                        Arbitraries.of(1, 2))
                .as(Geometry::new);
    }

    @Provide
    Arbitrary<Options> options() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 20),
                        Arbitraries.of(true, false),
                        Arbitraries.of(Norm.class),
                        Arbitraries.of("constant", "reflect", "edge", "wrap"),
                        Arbitraries.integers().between(0, 2).list().ofSize(4),
                        Arbitraries.longs())
                .as(Options::new);
    }

    @Property(tries = 400, seed = "2021")
    void aDoConvLayerFoldsExactly(@ForAll("geometries") Geometry geometry, @ForAll("options") Options options) {
        expectExact(geometry, options, true);
    }

    @Property(tries = 200, seed = "2022")
    void aPlainLayerFoldsExactly(@ForAll("geometries") Geometry geometry, @ForAll("options") Options options) {
        expectExact(geometry, options, false);
    }

    private static void expectExact(Geometry geometry, Options options, boolean overParameterised) {
        TrainingForms forms = forms(geometry, options);
        Graph training = layer(forms, geometry, options, overParameterised);
        Tensor input =
                forms.normal(training.inputs().get(0).shape().orElseThrow().toArray());
        FoldedInDoubles folded = new FoldedInDoubles(training);

        Deviations composition = folded.composition(input);
        assertThat(composition.border()).as("border").isLessThanOrEqualTo(1e-11);
        assertThat(composition.interior()).as("interior").isLessThanOrEqualTo(1e-11);
        Deviations rounding = folded.rounding(input);
        assertThat(rounding.border()).as("border").isLessThanOrEqualTo(0x1p-24 * 1.0001);
        assertThat(rounding.interior()).as("interior").isLessThanOrEqualTo(0x1p-24 * 1.0001);
        assertThat(FoldAudit.measure(GraphFolder.fold(training), options.seed())
                        .report()
                        .compositionError())
                .isLessThanOrEqualTo(1e-11);
        assertThat(folded.rounded().nodes()).filteredOn(node -> !node.is("Pad")).hasSize(1);
    }

    @Property(tries = 200, seed = "2023")
    void aDoConvKernelIsTheReferences(@ForAll("geometries") Geometry geometry, @ForAll("options") Options options) {
        Graph training = layer(forms(geometry, options), geometry, options, true);
        Island layer = GraphFolder.fold(training).plan().islands().get(0);
        Weights weights = layer.kept()
                .map(KeptOperator::weights)
                .orElseGet(() -> layer.terms().get(0).weights())
                .get();
        int taps = geometry.height() * geometry.width();
        NaiveDoConv naive = new NaiveDoConv(training, "conv", geometry.groups());

        for (int o = 0; o < weights.outputs(); o++) {
            double scale = options.norm() == Norm.NONE ? 1 : batchNormScale(training, o);
            double[] row = weights.row(o).kernel();
            for (int c = 0; c < geometry.groupInputs(); c++) {
                for (int a = 0; a < taps; a++) {
                    double tolerance = 1e-14 * Math.abs(scale) * naive.magnitude(o, c, a);
                    double error = Math.abs(row[c * taps + a] - scale * naive.kernel(o, c, a));
                    assertThat(error).as("K[%d, %d, %d]", o, c, a).isLessThanOrEqualTo(tolerance);
                }
            }
        }
    }

    private static double batchNormScale(Graph training, int o) {
        double gamma = training.constant("bn.weight").orElseThrow().toDoubles()[o];
        double variance = training.constant("bn.running_var").orElseThrow().toDoubles()[o];
        return gamma / Math.sqrt(variance + 1e-5);
    }

    private static TrainingForms forms(Geometry geometry, Options options) {
        int channels = geometry.groups() * geometry.groupInputs();
        return new TrainingForms(options.seed(), Shape.of(1, channels, SPACE.extent(0), SPACE.extent(1)));
    }

    private static Graph layer(TrainingForms forms, Geometry geometry, Options options, boolean overParameterised) {
        int outputs = geometry.groups() * geometry.groupOutputs();
        boolean zeros = options.mode().equals("constant");
        String x = zeros ? "image" : pad(forms, options);
        Map<String, Attribute> attributes = TrainingForms.attributes(
                geometry.stride(),
                geometry.dilation(),
                geometry.groups(),
                zeros ? options.pads() : List.of(0, 0, 0, 0));
        Shape kernel = Shape.of(outputs, geometry.groupInputs(), geometry.height(), geometry.width());
        Optional<Tensor> bias = options.bias() ? Optional.of(forms.normal(outputs)) : Optional.empty();
        String y = overParameterised
                ? forms.doConv("conv", x, kernel, options.multiplier(), bias, attributes)
                : forms.conv("conv", x, forms.normal(kernel.toArray()), bias, attributes);
        return forms.build(norm(forms, options.norm(), y, outputs));
    }

    private static String pad(TrainingForms forms, Options options) {
        List<Integer> pads = options.pads();
        String amounts = forms.builder()
                .constant(
                        "conv/pad.pads",
                        Tensor.ofLongs(Shape.of(8), 0, 0, pads.get(0), pads.get(1), 0, 0, pads.get(2), pads.get(3)));
        return forms.builder()
                .add("Pad", "conv/pad", List.of("image", amounts), Map.of("mode", Attribute.of(options.mode())));
    }

    private static String norm(TrainingForms forms, Norm norm, String x, int channels) {
        if (norm == Norm.NONE) {
            return x;
        }
        Tensor scale = norm == Norm.ZERO_SCALE ? forms.uniform(0, 1e-300, channels) : forms.normal(channels);
        Tensor variance =
                norm == Norm.TINY_VARIANCE ? forms.uniform(0, 1e-14, channels) : forms.uniform(0.1, 2, channels);
        return forms.batchNorm("bn", x, 1e-5, List.of(scale, forms.normal(channels), forms.normal(channels), variance));
    }
}
