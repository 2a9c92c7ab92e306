package io.foldserve.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.task.ClassificationAnswer.Ranked;
import io.foldserve.task.SegmentationAnswer.Area;
import io.foldserve.task.image.GoldenPictures;
import io.foldserve.task.image.ImageDecoder;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.Interpolation;
import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisionTaskTest {
    private static final List<String> LABELS = List.of("sky", "cat", "dog", "cup");

    @Test
    void ranksClassesByLogitAndEqualOnesByIndex() {
        Answer answer =
                classifier().postprocess(scores(new float[] {1, 3, 3, -2}, new float[] {.1f, .4f, .4f, .1f}), 3);
        assertThat(answer)
                .isEqualTo(new ClassificationAnswer(List.of(
                        new Ranked(1, "cat", .4f, 3), new Ranked(2, "dog", .4f, 3), new Ranked(0, "sky", .1f, 1))));
    }

    @Test
    void ranksAllClassesWhenAsked() {
        Answer answer = classifier().postprocess(scores(new float[] {1, 2, 3, 4}, new float[4]), 4);
        assertThat(((ClassificationAnswer) answer).classes())
                .extracting(Ranked::index)
                .containsExactly(3, 2, 1, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 5, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void refusesATopKThatNoAnswerCanHave(int topK) {
        assertThatThrownBy(() -> classifier().checkTopK(topK))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("topK must be 1 to 4, found " + topK);
        assertThatThrownBy(() -> classifier().postprocess(scores(new float[4], new float[4]), topK))
                .isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesAnAnswerThatIsNotFinite(float value) {
        assertThatThrownBy(() -> classifier().postprocess(scores(new float[] {1, 2, value, 4}, new float[4]), 1))
                .isInstanceOf(NotFiniteException.class)
                .hasMessageStartingWith("the network overflows on this picture: the logit of class 'dog' is " + value);
        assertThatThrownBy(() -> classifier().postprocess(scores(new float[4], new float[] {value, 0, 0, 0}), 1))
                .isInstanceOf(NotFiniteException.class)
                .hasMessageContaining("the probability of class 'sky' is " + value);
    }

    @Test
    void refusesOutputsOfAnotherNetwork() {
        assertThatThrownBy(() -> classifier().postprocess(Map.of(), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> segmenter().postprocess(mask(Shape.of(1, 3, 2), 0, 0, 0, 0, 0, 0), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1×2×3");
    }

    @Test
    void refusesLabelsThatDoNotMatchTheClasses() {
        Preprocessing preprocessing = preprocessing();
        assertThatThrownBy(() -> new VisionTask(TaskKind.CLASSIFICATION, preprocessing, LABELS).expectLabelsFor(5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("5 classes, found 4");
        assertThatThrownBy(() -> new VisionTask(TaskKind.SEGMENTATION, preprocessing, List.of("all")))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void measuresTheClassesThatArePresent() {
        SegmentationAnswer answer = segmented(0, 0, 2, 2, 2, 0);
        assertThat(answer.classes()).containsExactly(new Area(0, "sky", 3, 0.5), new Area(2, "dog", 3, 0.5));
    }

    @Test
    void encodesRunsAcrossTheEndsOfRows() {
        assertThat(segmented(0, 0, 2, 2, 2, 0).runs()).containsExactly(0, 2, 2, 3, 0, 1);
        assertThat(segmented(1, 1, 1, 1, 1, 1).runs()).containsExactly(1, 6);
        assertThat(segmented(0, 1, 0, 1, 0, 1).runs()).containsExactly(0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1);
    }

    @Test
    void givesEveryPixelOfThePictureTheClassInWhichItsMiddleLies() {
        SegmentationAnswer network = segmented(0, 1, 2, 3, 3, 0);
        SegmentationAnswer sent =
                segmenter(new Resize.Exact(3, 2), false).atSizeOf(RasterImage.of(4, 3, 1, new byte[12]), network);
        assertThat(sent.width()).isEqualTo(4);
        assertThat(sent.height()).isEqualTo(3);
        assertThat(sent.runs()).containsExactly(0, 1, 1, 2, 2, 1, 3, 3, 0, 1, 3, 3, 0, 1);
        assertThat(sent.classes())
                .containsExactly(
                        new Area(0, "sky", 3, 0.25),
                        new Area(1, "cat", 2, 2 / 12.0),
                        new Area(2, "dog", 1, 1 / 12.0),
                        new Area(3, LABELS.get(3), 6, 0.5));
    }

    @Test
    void takesOfALetterboxsMaskWhatLiesOnThePicture() {
        SegmentationAnswer network = segmented(0, 1, 2, 3, 3, 0);
        VisionTask letterbox = segmenter(new Resize.Letterbox(3, 2, 114), false);
        SegmentationAnswer tall = letterbox.atSizeOf(RasterImage.of(2, 4, 1, new byte[8]), network);
        assertThat(tall.runs()).containsExactly(1, 4, 3, 4);
        SegmentationAnswer wide = letterbox.atSizeOf(RasterImage.of(6, 2, 1, new byte[12]), network);
        assertThat(wide.runs()).containsExactly(0, 2, 1, 2, 2, 2, 0, 2, 1, 2, 2, 2);
        letterbox.checkMaskSize(MaskSize.INPUT);
    }

    @Test
    void refusesAMaskInThePicturesSizeOfACropAndOfAClassifier() {
        VisionTask cropped = segmenter(new Resize.None(), true);
        cropped.checkMaskSize(MaskSize.NETWORK);
        segmenter().checkMaskSize(MaskSize.INPUT);
        assertThatThrownBy(() -> cropped.checkMaskSize(MaskSize.INPUT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("never sees what lies outside the crop");
        assertThatThrownBy(() -> classifier().checkMaskSize(MaskSize.NETWORK))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new VisionTask(TaskKind.SEGMENTATION, cropped.preprocessing(), LABELS, MaskSize.INPUT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("crop: center");
    }

    @Test
    void encodesMoreRunsThanTheFirstGuess() {
        int[] mask = IntStream.range(0, 1000).map(i -> i % 3).toArray();
        int[] runs = SegmentationAnswer.of(100, 10, mask, LABELS).runs();
        assertThat(runs).hasSize(2000);
        assertThat(IntStream.range(0, 1000).map(i -> runs[2 * i]).toArray()).containsExactly(mask);
    }

    @Test
    void writesTheMaskAsAPaletteWhoseValuesAreTheClasses() throws IOException {
        byte[] png = segmented(0, 1, 2, 3, 3, 0).maskPng();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getType()).isEqualTo(BufferedImage.TYPE_BYTE_INDEXED);
        assertThat(image.getRaster().getPixels(0, 0, 3, 2, (int[]) null)).containsExactly(0, 1, 2, 3, 3, 0);
        assertThat(image.getRGB(0, 0)).isEqualTo(0xFF000000);
        assertThat(image.getRGB(1, 0)).isEqualTo(0xFF800000);
        assertThat(image.getRGB(2, 0)).isEqualTo(0xFF008000);
        assertThat(image.getRGB(0, 1)).isEqualTo(0xFF808000);
        assertThat(segmented(0, 1, 2, 3, 3, 0).maskPng()).isEqualTo(png);
    }

    @Test
    void writesTheMaskIn16BitsBeyond256Classes() throws IOException {
        List<String> labels =
                IntStream.range(0, 300).mapToObj(i -> "class " + i).toList();
        byte[] png = SegmentationAnswer.of(2, 1, new int[] {299, 7}, labels).maskPng();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getRaster().getPixels(0, 0, 2, 1, (int[]) null)).containsExactly(299, 7);
    }

    @Test
    void readsMasksOfMoreThan256ClassesFromIntegersOf32Bits() {
        List<String> labels =
                IntStream.range(0, 300).mapToObj(i -> "class " + i).toList();
        VisionTask task = new VisionTask(TaskKind.SEGMENTATION, preprocessing(), labels);

        SegmentationAnswer answer = (SegmentationAnswer) task.postprocess(wideMask(0, 1, 255, 256, 299, 7), 1);

        assertThat(IntStream.range(0, 6).map(answer::classAt)).containsExactly(0, 1, 255, 256, 299, 7);
        assertThatThrownBy(() -> task.postprocess(wideMask(0, 0, 300, 0, 0, 0), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the network marks class 300, but there are 300 labels");
        assertThatThrownBy(() -> task.postprocess(wideMask(0, -1, 0, 0, 0, 0), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("marks class -1");
    }

    private static Map<String, Tensor> wideMask(int... classes) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * classes.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(classes);
        return Map.of(ServingGraph.MASK, Tensor.ofBytes(DType.INT32, Shape.of(1, 2, 3), bytes));
    }

    @Test
    void laysTheMaskHalfTransparentOverThePicture() {
        RasterImage picture = RasterImage.of(3, 2, 1, new byte[] {100, 100, 100, 100, 100, (byte) 255});
        byte[] png = segmented(0, 1, 2, 0, 0, 1).overlayPng(picture);
        RasterImage overlay = ImageDecoder.decode(png, new ImageLimits(6));
        byte[] found = new byte[18];
        overlay.samples().get(found);
        assertThat(found)
                .containsExactly(100, 100, 100, 114, 50, 50, 50, 114, 50, 100, 100, 100, 100, 100, 100, 191, 127, 127);
        assertThatThrownBy(() -> segmented(0, 0, 0, 0, 0, 0).overlayPng(RasterImage.of(1, 1, 1, (byte) 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsARgbPictureBesideABgrTensor() {
        Preprocessing bgr = new Preprocessing(
                1,
                1,
                Colour.BGR,
                new Resize.None(),
                Interpolation.BILINEAR,
                false,
                List.of(0.0, 0.0, 0.0),
                List.of(1.0, 1.0, 1.0),
                1);
        RasterImage pixel = RasterImage.of(1, 1, 3, new byte[] {1, 2, 3});
        PreparedImage prepared = new VisionTask(TaskKind.CLASSIFICATION, bgr, LABELS).preprocess(pixel);
        assertThat(prepared.picture()).isEqualTo(pixel);
        assertThat(prepared.tensor().toLongs()).containsExactly(3, 2, 1);
        assertThat(prepared.tensor().bytes().isDirect()).isTrue();
        assertThat(prepared.inputs()).containsOnlyKeys(ServingGraph.IMAGE);
    }

    @Test
    void setsAPictureUprightOnlyWhereThatIsDeclared() {
        byte[] turned = GoldenPictures.bytes("orientation/6.jpg");
        assertThat(decoded(turned, Orientation.IGNORE)).hasToString("37×21×3");
        assertThat(decoded(turned, Orientation.EXIF)).hasToString("21×37×3");
    }

    private static RasterImage decoded(byte[] file, Orientation orientation) {
        Preprocessing declared = new Preprocessing(
                8,
                8,
                Colour.RGB,
                new Resize.Exact(8, 8),
                Interpolation.BILINEAR,
                false,
                List.of(0.0, 0.0, 0.0),
                List.of(1.0, 1.0, 1.0),
                1,
                orientation,
                true);
        return new VisionTask(TaskKind.CLASSIFICATION, declared, LABELS).decode(file, new ImageLimits(1000));
    }

    @Test
    void fractionsAddUpToOne() {
        double sum = segmented(0, 1, 2, 3, 3, 1).classes().stream()
                .mapToDouble(Area::fraction)
                .sum();
        assertThat(sum).isEqualTo(1, within(1e-12));
    }

    private static SegmentationAnswer segmented(int... classes) {
        return (SegmentationAnswer) segmenter().postprocess(mask(Shape.of(1, 2, 3), classes), 1);
    }

    private static Map<String, Tensor> mask(Shape shape, int... classes) {
        ByteBuffer bytes = ByteBuffer.allocate(classes.length);
        for (int index : classes) {
            bytes.put((byte) index);
        }
        return Map.of(ServingGraph.MASK, Tensor.ofBytes(DType.UINT8, shape, bytes.flip()));
    }

    private static Map<String, Tensor> scores(float[] logits, float[] probabilities) {
        Shape shape = Shape.of(1, logits.length);
        return Map.of(
                ServingGraph.LOGITS,
                Tensor.ofFloats(shape, logits),
                ServingGraph.PROBABILITIES,
                Tensor.ofFloats(shape, probabilities));
    }

    private static VisionTask classifier() {
        return new VisionTask(TaskKind.CLASSIFICATION, preprocessing(), LABELS);
    }

    private static VisionTask segmenter() {
        return new VisionTask(TaskKind.SEGMENTATION, preprocessing(), LABELS);
    }

    private static VisionTask segmenter(Resize resize, boolean centerCrop) {
        return new VisionTask(TaskKind.SEGMENTATION, preprocessing(resize, centerCrop), LABELS);
    }

    private static Preprocessing preprocessing() {
        return preprocessing(new Resize.None(), false);
    }

    private static Preprocessing preprocessing(Resize resize, boolean centerCrop) {
        return new Preprocessing(
                3,
                2,
                Colour.GREY,
                resize,
                Interpolation.BILINEAR,
                centerCrop,
                List.of(0.0),
                List.of(1.0),
                Preprocessing.UNIT_SCALE);
    }
}
