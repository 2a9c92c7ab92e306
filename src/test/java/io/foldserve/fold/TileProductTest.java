package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.rule.TileProduct;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.write.IslandGraph;
import io.foldserve.fold.write.IslandNumbers;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.graph.Value.Dimension;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Convolutions of tiles beside a fully connected layer of the same tiles: 4 channels of 5×3 positions, 2 groups. */
class TileProductTest {
    private static final int CHANNELS = 4;
    private static final int HEIGHT = 5;
    private static final int WIDTH = 3;
    private static final int FLAT = CHANNELS * HEIGHT * WIDTH;

    private final TrainingForms forms = new TrainingForms(41, Shape.of(6, CHANNELS, HEIGHT, WIDTH));

    private String reshape(String name, String x, long... extents) {
        String target = forms.builder().constant(name + ".target", Tensor.ofLongs(Shape.of(extents.length), extents));
        return forms.builder().add("Reshape", name, List.of(x, target));
    }

    private String conv(String name, String x, int groups, int size, int stride, int pad) {
        int inputs = (size == 0 ? FLAT : CHANNELS) / groups;
        int outputs = size == 0 ? FLAT : CHANNELS;
        Tensor kernel = forms.normal(outputs, inputs, Math.max(1, size), Math.max(1, size));
        Map<String, Attribute> attributes = TrainingForms.attributes(stride, 1, groups, List.of(pad, pad, pad, pad));
        return forms.conv(name, x, kernel, Optional.of(forms.normal(outputs)), attributes);
    }

    private String layer(String x) {
        String flat = conv("fc", reshape("flat", x, -1, FLAT, 1, 1), 2, 0, 1, 0);
        return forms.batchNorm("fc.bn", reshape("tiles", flat, -1, CHANNELS, HEIGHT, WIDTH), CHANNELS);
    }

    private String tiles(String x) {
        return reshape("local", x, -1, CHANNELS, HEIGHT, WIDTH);
    }

    private String add(String a, String b) {
        return forms.builder().add("Add", "sum", List.of(a, b));
    }

    private Graph expectFolded(String... outputs) {
        Graph training = forms.build(outputs);
        Folded folded = GraphFolder.fold(training);
        assertThat(FoldedStructure.of(folded.graph()))
                .containsExactly("Reshape", "Conv %dx%dx1x1 g2".formatted(FLAT, FLAT / 2), "Reshape");
        assertThat(FoldAudit.measure(folded, 3).report().compositionError()).isLessThanOrEqualTo(1e-11);
        return training;
    }

    private void expectDeclined(String reason, String... outputs) {
        IslandPlan plan = IslandPlan.of(GraphFacts.of(forms.build(outputs)), CostSource.GENERIC);
        assertThat(plan.islands()).noneMatch(island -> island.rules().contains(TileProduct.NAME));
        assertThat(plan.declined())
                .filteredOn(declined -> declined.rule().equals(TileProduct.NAME))
                .extracting(Declined::reason)
                .containsExactly(reason);
    }

    @Test
    void theLayerTakesInConvolutionsOfItsTilesAndIsExactAtTheirBorderAndInside() {
        String tiles = tiles("image");
        String wide = forms.batchNorm("wide.bn", conv("wide", tiles, 4, 3, 1, 1), CHANNELS);
        String narrow = forms.batchNorm("narrow.bn", conv("narrow", tiles, 2, 1, 1, 0), CHANNELS);
        String local = forms.builder().add("Add", "branches", List.of(wide, narrow));
        Graph training = expectFolded(add(layer("image"), local));

        IslandPlan plan = IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC);
        Graph exact = IslandGraph.of(GraphFacts.of(training), plan.islands(), IslandNumbers.EXACT)
                .graph();
        Tensor input = forms.normal(6, CHANNELS, HEIGHT, WIDTH);
        double[] expected = only(training, input);
        double[] found = only(exact, input);
        assertThat(deviation(expected, found, true)).isLessThanOrEqualTo(1e-11);
        assertThat(deviation(expected, found, false)).isLessThanOrEqualTo(1e-11);
    }

    private static double[] only(Graph graph, Tensor input) {
        return Evaluator.evaluate(graph, Map.of("image", input))
                .values()
                .iterator()
                .next()
                .toDoubles();
    }

    private static double deviation(double[] expected, double[] found, boolean border) {
        return IntStream.range(0, expected.length)
                .filter(i -> isBorder(i % (HEIGHT * WIDTH)) == border)
                .mapToDouble(i -> Math.abs(expected[i] - found[i]) / (1 + Math.abs(expected[i])))
                .max()
                .orElseThrow();
    }

    private static boolean isBorder(int position) {
        int y = position / WIDTH;
        int x = position % WIDTH;
        return y == 0 || y == HEIGHT - 1 || x == 0 || x == WIDTH - 1;
    }

    @Test
    void theOrderOfTheOperandsDoesNotMatter() {
        expectFolded(add(conv("local.conv", tiles("image"), 4, 3, 1, 1), layer("image")));
    }

    @Test
    void theTilesThemselvesMayBeAdded() {
        expectFolded(add(tiles("image"), layer("image")));
    }

    @Test
    void theFoldedLayerTakesFewerSteps() {
        Graph training = forms.build(add(layer("image"), conv("local.conv", tiles("image"), 4, 3, 1, 1)));
        FoldReport report = GraphFolder.fold(training).report();
        assertThat(report.folded().macs()).isLessThan(report.training().macs());
    }

    @Test
    void tilesOfAnotherValueStay() {
        String turned = forms.builder()
                .add("Transpose", "turned", List.of("image"), Map.of("perm", Attribute.ints(List.of(0, 1, 3, 2))));
        expectDeclined(
                "Add sum cannot join its branches in one kernel: they read image and turned, expected one value.",
                add(layer("image"), conv("local.conv", tiles(turned), 4, 3, 1, 1)));
    }

    @Test
    void fewerGroupsThanTheLayersStay() {
        expectDeclined(
                "Add sum adds a convolution of 1 groups to a fully connected layer of 2, expected a multiple.",
                add(layer("image"), conv("local.conv", tiles("image"), 1, 3, 1, 1)));
    }

    @Test
    void tilesCutOtherwiseStay() {
        String other = reshape("other", "image", -1, CHANNELS, WIDTH, HEIGHT);
        String back = reshape("back", conv("local.conv", other, 4, 3, 1, 1), -1, CHANNELS, HEIGHT, WIDTH);
        Graph training = forms.build(add(layer("image"), back));
        assertThat(IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC).islands())
                .noneMatch(island -> island.rules().contains(TileProduct.NAME));
    }

    @Test
    void tilesOfAnOpenSizeStay() {
        forms.builder()
                .input(new Value(
                        "open",
                        DType.FLOAT32,
                        List.of(
                                Dimension.fixed(HEIGHT),
                                Dimension.fixed(CHANNELS),
                                Dimension.named("height"),
                                Dimension.fixed(WIDTH))));
        String flat = conv("fc", reshape("flat", "open", -1, FLAT, 1, 1), 2, 0, 1, 0);
        String product = reshape("tiles", flat, HEIGHT, CHANNELS, -1, WIDTH);
        String local = reshape("local", "open", HEIGHT, CHANNELS, -1, WIDTH);
        expectDeclined(
                "Add sum adds tiles of an open size, for which no one matrix is right; export with a fixed input size.",
                add(product, conv("local.conv", local, 4, 3, 1, 1)));
    }

    @Test
    void aLayerThatSomeoneElseReadsStays() {
        String flat = conv("fc", reshape("flat", "image", -1, FLAT, 1, 1), 2, 0, 1, 0);
        String product = reshape("tiles", flat, -1, CHANNELS, HEIGHT, WIDTH);
        String sum = add(product, conv("local.conv", tiles("image"), 4, 3, 1, 1));
        String other = forms.builder().add("Relu", "relu", List.of(product));
        Graph training = forms.build(sum, other);
        assertThat(IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC).islands())
                .noneMatch(island -> island.rules().contains(TileProduct.NAME));
        assertThat(GraphFolder.fold(training).graph().nodes())
                .extracting(Node::name)
                .contains("fc", "local.conv", "sum");
    }
}
