package io.foldserve.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.task.image.GoldenPictures;
import io.foldserve.task.image.Interpolation;
import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServingGraphTest {
    private static final SessionSettings SETTINGS = new SessionSettings(1, false, true);

    record Normalised(List<Double> mean, List<Double> std, List<List<Float>> values) {}

    @Test
    void normalisesEveryPixelValueLikeTorchvision() throws IOException {
        Normalised golden = new ObjectMapper().readValue(GoldenPictures.bytes("normalise.json"), Normalised.class);
        Preprocessing preprocessing = preprocessing(256, 1, Colour.RGB, golden.mean(), golden.std());
        Graph graph = serving(scores(3, 1, 256), preprocessing, TaskKind.SEGMENTATION);
        Graph front = withOutput(graph, "image", Shape.of(1, 3, 1, 256));
        byte[] ramp = new byte[256 * 3];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (byte) (i / 3);
        }
        float[] found = output(run(front, preprocessing, RasterImage.of(256, 1, 3, ramp)), "image")
                .toFloats();
        for (int i = 0; i < found.length; i++) {
            float expected = golden.values().get(i / 256).get(i % 256);
            assertThat(found[i]).isEqualTo(expected, within(1e-6f));
        }
    }

    @Test
    void feedsABgrNetworkBlueFirst() {
        Preprocessing preprocessing =
                preprocessing(1, 1, Colour.BGR, List.of(10.0, 20.0, 30.0), List.of(1.0, 2.0, 4.0), 1.0);
        Map<String, Tensor> outputs = run(
                classifier(), preprocessing, TaskKind.CLASSIFICATION, RasterImage.of(1, 1, 3, bytes(130, 120, 110)));
        assertThat(output(outputs, ServingGraph.LOGITS).toFloats()).containsExactly(100, 50, 25);
    }

    @Test
    void addsTheSoftMaxOfTheLogits() {
        Preprocessing preprocessing = preprocessing(1, 1, Colour.RGB, zeros(), ones(), 0.01);
        Map<String, Tensor> outputs =
                run(classifier(), preprocessing, TaskKind.CLASSIFICATION, RasterImage.of(1, 1, 3, bytes(0, 100, 200)));
        double sum = 1 + Math.E + Math.exp(2);
        float[] probabilities = output(outputs, ServingGraph.PROBABILITIES).toFloats();
        assertThat(probabilities[0]).isEqualTo((float) (1 / sum), within(1e-6f));
        assertThat(probabilities[1]).isEqualTo((float) (Math.E / sum), within(1e-6f));
        assertThat(probabilities[2]).isEqualTo((float) (Math.exp(2) / sum), within(1e-6f));
    }

    @Test
    void marksEachPixelWithItsLargestLogitAndTheLowerOfEqualOnes() {
        Preprocessing preprocessing = preprocessing(2, 2, Colour.RGB, zeros(), ones());
        byte[] pixels = bytes(9, 1, 1, 1, 9, 1, 1, 1, 9, 7, 9, 9);
        Map<String, Tensor> outputs =
                run(scores(3, 2, 2), preprocessing, TaskKind.SEGMENTATION, RasterImage.of(2, 2, 3, pixels));
        Tensor mask = output(outputs, ServingGraph.MASK);
        assertThat(mask.dtype()).isEqualTo(DType.UINT8);
        assertThat(mask.shape()).isEqualTo(Shape.of(1, 2, 2));
        assertThat(mask.toLongs()).containsExactly(0, 1, 2, 1);
    }

    @Test
    void widensTheMaskBeyond256Classes() {
        Preprocessing preprocessing = preprocessing(1, 1, Colour.GREY, List.of(0.0), List.of(1.0), 1.0);
        float[] ramp = new float[300];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = i;
        }
        GraphBuilder builder = new GraphBuilder("wide");
        builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 1, 1, 1)));
        builder.constant("ramp", Tensor.ofFloats(Shape.of(1, 300, 1, 1), ramp));
        builder.add("Mul", "logits", List.of("image", "ramp"));
        builder.output(Value.of("logits", DType.FLOAT32, Shape.of(1, 300, 1, 1)));
        Map<String, Tensor> outputs =
                run(builder.build(), preprocessing, TaskKind.SEGMENTATION, RasterImage.of(1, 1, 1, bytes(2)));
        assertThat(output(outputs, ServingGraph.MASK).dtype()).isEqualTo(DType.INT32);
        assertThat(output(outputs, ServingGraph.MASK).toLongs()).containsExactly(299);
    }

    @Test
    void refusesANetworkOfAnotherInputSize() {
        Preprocessing preprocessing = preprocessing(3, 2, Colour.RGB, zeros(), ones());
        assertThatThrownBy(() -> serving(scores(3, 2, 2), preprocessing, TaskKind.SEGMENTATION))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("1×3×2×3")
                .hasMessageContaining("1×3×2×2");
    }

    @Test
    void refusesATaskThatTheNetworkDoesNotDo() {
        Preprocessing preprocessing = preprocessing(2, 2, Colour.RGB, zeros(), ones());
        assertThatThrownBy(() -> serving(scores(3, 2, 2), preprocessing, TaskKind.CLASSIFICATION))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("logits");
        assertThatThrownBy(() ->
                        serving(classifier(), preprocessing(1, 1, Colour.RGB, zeros(), ones()), TaskKind.SEGMENTATION))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void scoresAreTheSoftMaxOrTheSigmoidsOfThePixelsLogits() {
        double sum = Math.exp(-1) + 1 + Math.exp(1);
        assertThat(maskScores(3, Head.SOFTMAX, -1, 0, 1))
                .containsExactly(
                        new float[] {(float) (Math.exp(-1) / sum), (float) (1 / sum), (float) (Math.E / sum)},
                        within(1e-6f));
        float one = (float) (1 / (1 + Math.exp(-1)));
        assertThat(maskScores(3, Head.SIGMOID, -1, 0, 1))
                .containsExactly(new float[] {1 - one, 0.5f, one}, within(1e-6f));
        assertThat(maskScores(3, Head.PROBABILITIES, 0.5, 0.25, 0.25)).containsExactly(0.5f, 0.25f, 0.25f);
    }

    @Test
    void aSingleChannelHasTheScoresOfBothLabels() {
        float one = (float) (1 / (1 + Math.exp(-1)));
        assertThat(maskScores(2, Head.SIGMOID, 1)).containsExactly(new float[] {1 - one, one}, within(1e-6f));
        assertThat(maskScores(2, Head.PROBABILITIES, 0.75)).containsExactly(0.25f, 0.75f);
    }

    @Test
    void whatGivesClassesHasNoScores() {
        Preprocessing preprocessing = new Preprocessing(
                1, 1, Colour.GREY, new Resize.None(), Interpolation.BILINEAR, false, List.of(0.0), List.of(1.0), 1);
        VisionTask masks = new VisionTask(TaskKind.SEGMENTATION, preprocessing, List.of("a", "b"));
        assertThat(ServingGraph.withScores(scores(1, 1, 1), masks, Head.MASK)).isEmpty();
        VisionTask classes = new VisionTask(
                TaskKind.CLASSIFICATION, preprocessing(1, 1, Colour.RGB, zeros(), ones()), List.of("a", "b", "c"));
        assertThat(ServingGraph.withScores(classifier(), classes, Head.SOFTMAX)).isEmpty();
    }

    // Of a picture of one pixel that is 0, whose normalised values are the logits.
    private static float[] maskScores(int labels, Head head, double... logits) {
        int channels = logits.length;
        List<Double> mean = DoubleStream.of(logits).map(logit -> -logit).boxed().toList();
        List<Double> std = DoubleStream.of(logits).map(logit -> 1).boxed().toList();
        Colour colour = channels == 1 ? Colour.GREY : Colour.RGB;
        Preprocessing preprocessing =
                new Preprocessing(1, 1, colour, new Resize.None(), Interpolation.BILINEAR, false, mean, std, 1);
        List<String> names =
                IntStream.range(0, labels).mapToObj(index -> "class " + index).toList();
        VisionTask task = new VisionTask(TaskKind.SEGMENTATION, preprocessing, names);
        Graph serving =
                ServingGraph.withScores(scores(channels, 1, 1), task, head).orElseThrow();
        Map<String, Tensor> outputs = run(serving, preprocessing, RasterImage.of(1, 1, channels, new byte[channels]));
        assertThat(output(outputs, ServingGraph.MASK).shape()).isEqualTo(Shape.of(1, 1, 1));
        return output(outputs, ServingGraph.SCORES).toFloats();
    }

    @Test
    void tellsTheNumberOfClasses() {
        assertThat(ServingGraph.classes(scores(3, 2, 2))).isEqualTo(3);
        Graph none = new Graph("none", 19, List.of(), List.of(), List.of(), Map.of());
        assertThatThrownBy(() -> ServingGraph.classes(none)).isInstanceOf(InvalidInputException.class);
    }

    private static Tensor output(Map<String, Tensor> outputs, String name) {
        return Objects.requireNonNull(outputs.get(name), name);
    }

    private static Map<String, Tensor> run(Graph graph, Preprocessing preprocessing, TaskKind kind, RasterImage image) {
        return run(serving(graph, preprocessing, kind), preprocessing, image);
    }

    private static Map<String, Tensor> run(Graph serving, Preprocessing preprocessing, RasterImage image) {
        PreparedImage prepared = PreparedImage.of(preprocessing.apply(image), preprocessing.colour());
        try (ModelSession session = ModelSession.open(serving, SETTINGS)) {
            return session.run(prepared.inputs());
        }
    }

    private static Graph serving(Graph graph, Preprocessing preprocessing, TaskKind kind) {
        return serving(graph, preprocessing, kind, Head.SOFTMAX, ServingGraph.classes(graph));
    }

    private static Graph serving(Graph graph, Preprocessing preprocessing, TaskKind kind, Head head, int labels) {
        List<String> names =
                IntStream.range(0, labels).mapToObj(index -> "class " + index).toList();
        return ServingGraph.of(graph, new VisionTask(kind, preprocessing, names), head);
    }

    /** The normalised pixels themselves as the logits of each pixel. */
    private static Graph scores(int classes, int height, int width) {
        Shape shape = Shape.of(1, classes, height, width);
        GraphBuilder builder = new GraphBuilder("scores");
        builder.input(Value.of("image", DType.FLOAT32, shape));
        builder.add("Identity", "logits", List.of("image"));
        builder.output(Value.of("logits", DType.FLOAT32, shape));
        return builder.build();
    }

    /** The channels of a single pixel as logits. */
    private static Graph classifier() {
        GraphBuilder builder = new GraphBuilder("classifier");
        builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 3, 1, 1)));
        builder.add("Flatten", "logits", List.of("image"));
        builder.output(Value.of("logits", DType.FLOAT32, Shape.of(1, 3)));
        return builder.build();
    }

    private static Graph withOutput(Graph graph, String output, Shape shape) {
        return new Graph(
                graph.name(),
                graph.opset(),
                graph.inputs(),
                List.of(Value.of(output, DType.FLOAT32, shape)),
                graph.nodes(),
                graph.constants());
    }

    private static Preprocessing preprocessing(
            int width, int height, Colour colour, List<Double> mean, List<Double> std) {
        return preprocessing(width, height, colour, mean, std, Preprocessing.UNIT_SCALE);
    }

    private static Preprocessing preprocessing(
            int width, int height, Colour colour, List<Double> mean, List<Double> std, double scale) {
        return new Preprocessing(
                width, height, colour, new Resize.None(), Interpolation.BILINEAR, false, mean, std, scale);
    }

    private static List<Double> zeros() {
        return List.of(0.0, 0.0, 0.0);
    }

    private static List<Double> ones() {
        return List.of(1.0, 1.0, 1.0);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
