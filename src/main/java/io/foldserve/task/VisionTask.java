package io.foldserve.task;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.task.image.ExifOrientation;
import io.foldserve.task.image.ImageDecoder;
import io.foldserve.task.image.ImageException;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * One model's way from picture bytes to an answer, in stages that the caller runs and times one by one:
 * {@link #decode}, {@link #preprocess}, the session's run, {@link #postprocess}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param kind what the model does
 * @param preprocessing how a picture becomes its input
 * @param labels one for each class, by class index
 * @param maskSize the size of a segmentation's mask where a request does not say it
 */
public record VisionTask(TaskKind kind, Preprocessing preprocessing, List<String> labels, MaskSize maskSize) {
    private static final long BYTES_A_LABEL = 64;

    /** How many labels a refusal lists. */
    private static final int MOST_TOLD = 20;

    /** Copies the labels; refuses none, for segmentation fewer than two, and a mask size that the model cannot give. */
    public VisionTask {
        labels = List.copyOf(labels);
        if (labels.isEmpty()) {
            throw new InvalidInputException("labels", "expected at least 1 for %s, found 0".formatted(kind));
        }
        if (kind == TaskKind.SEGMENTATION && labels.size() < 2) {
            throw new InvalidInputException(
                    "labels",
                    "expected at least 2 for SEGMENTATION, found 1; "
                            + "of a single channel name both classes, first the background");
        }
        if (maskSize == MaskSize.INPUT) {
            maskSize.whyNot(kind, preprocessing).ifPresent(why -> {
                throw new InvalidInputException("maskSize", why);
            });
        }
    }

    /** For masks of the network's size. */
    public VisionTask(TaskKind kind, Preprocessing preprocessing, List<String> labels) {
        this(kind, preprocessing, labels, MaskSize.NETWORK);
    }

    /**
     * Accepts the labels for a network with {@code classes} classes: one for each label, or a single one beside two
     * labels, whose score is that of the second.
     *
     * @throws InvalidInputException if the labels do not fit
     */
    public void expectLabelsFor(int classes) {
        boolean pair = classes == 1 && labels.size() == 2;
        if (labels.size() != classes && !pair) {
            String expected = classes == 1
                    ? "two for the network's single output, the negative first, or one"
                    : "one for each of the network's %d classes".formatted(classes);
            throw new InvalidInputException("labels", "expected %s, found %d".formatted(expected, labels.size()));
        }
    }

    /**
     * Refuses a number of classes that no answer can have, so that this is known before anything is run.
     *
     * @throws InvalidRequestException if it is not 1 to the number of classes
     */
    public void checkTopK(int topK) {
        if (topK < 1 || topK > labels.size()) {
            throw new InvalidRequestException("topK must be 1 to %d, found %d".formatted(labels.size(), topK));
        }
    }

    /**
     * Refuses a mask size that no answer can have.
     *
     * @throws InvalidRequestException if the model has no mask, or none of this size
     */
    public void checkMaskSize(MaskSize size) {
        size.whyNot(kind, preprocessing).ifPresent(why -> {
            throw new InvalidRequestException(why);
        });
    }

    /**
     * The most memory that a request holds beside its body and its decoded picture: the resized picture in its forms,
     * the tensors, and the answer. A classification takes some 16 bytes for each pixel of the input; a segmentation's
     * mask, as numbers, as runs and as text, three times as many.
     */
    public long workingBytes() {
        long pixels = (long) preprocessing.width() * preprocessing.height();
        return pixels * (kind == TaskKind.SEGMENTATION ? 64 : 16) + labels.size() * BYTES_A_LABEL;
    }

    /**
     * The first stage; see {@link ImageDecoder#decode} and {@link Orientation}.
     *
     * @throws ImageException if the bytes are not a picture that is read
     */
    public RasterImage decode(byte[] bytes, ImageLimits limits) {
        RasterImage decoded = ImageDecoder.decode(bytes, limits);
        if (preprocessing.orientation() == Orientation.IGNORE) {
            return decoded;
        }
        limits.room().accept(decoded.samples().remaining());
        return ExifOrientation.upright(decoded, bytes);
    }

    /**
     * The second stage; see {@link Preprocessing#apply}.
     *
     * @throws ImageException if the picture's size does not suit
     */
    public PreparedImage preprocess(RasterImage image) {
        return PreparedImage.of(preprocessing.apply(image), preprocessing.colour());
    }

    /**
     * The last stage.
     *
     * @param outputs of a {@link ServingGraph} of this kind, by name
     * @param topK how many classes a classification lists; a segmentation lists all that are present
     * @throws InvalidRequestException if {@code topK} is out of range for a classification
     * @throws NotFiniteException if a logit or a probability is not a number or infinite
     * @throws IllegalArgumentException if the outputs are not those of such a graph
     */
    public Answer postprocess(Map<String, Tensor> outputs, int topK) {
        return switch (kind) {
            case CLASSIFICATION -> classification(outputs, topK);
            case SEGMENTATION -> segmentation(expect(outputs, ServingGraph.MASK, maskShape()));
        };
    }

    /**
     * The scores of a mask.
     *
     * @param outputs of a {@link ServingGraph#withScores}, by name
     * @throws NotFiniteException if a score is not a number or infinite
     * @throws IllegalArgumentException if the outputs are not those of such a graph
     */
    public MaskScores scores(Map<String, Tensor> outputs) {
        Shape shape = Shape.of(1, labels.size(), preprocessing.height(), preprocessing.width());
        return MaskScores.of(expect(outputs, ServingGraph.SCORES, shape), labels);
    }

    /** The most memory that the scores of a mask hold beside {@link #workingBytes}. */
    public long scoresBytes() {
        return MaskScores.bytes(labels.size(), preprocessing.height(), preprocessing.width());
    }

    /**
     * The index of the label that is called {@code label}.
     *
     * @throws InvalidRequestException if none is, with the labels, or the first of many
     */
    public int expectLabel(String label) {
        int index = labels.indexOf(label);
        if (index < 0) {
            throw new InvalidRequestException("there is no label '%s', expected %s%s"
                    .formatted(
                            label,
                            String.join(", ", labels.subList(0, Math.min(MOST_TOLD, labels.size()))),
                            labels.size() > MOST_TOLD ? ", …" : ""));
        }
        return index;
    }

    /**
     * A mask of the network's size at the size of the picture that it is of: every pixel has the class of the network's
     * pixel in which its middle lies.
     *
     * @param sent the decoded picture
     */
    public SegmentationAnswer atSizeOf(RasterImage sent, SegmentationAnswer answer) {
        return answer.stretched(preprocessing.shown(sent.width(), sent.height()), sent.width(), sent.height());
    }

    private ClassificationAnswer classification(Map<String, Tensor> outputs, int topK) {
        checkTopK(topK);
        Shape shape = Shape.of(1, labels.size());
        float[] logits = expect(outputs, ServingGraph.LOGITS, shape).toFloats();
        float[] probabilities =
                expect(outputs, ServingGraph.PROBABILITIES, shape).toFloats();
        expectFinite("logit", logits);
        expectFinite("probability", probabilities);
        return ClassificationAnswer.of(logits, probabilities, labels, topK);
    }

    private void expectFinite(String output, float[] values) {
        for (int index = 0; index < values.length; index++) {
            if (!Float.isFinite(values[index])) {
                throw new NotFiniteException(output, labels.get(index), values[index]);
            }
        }
    }

    private SegmentationAnswer segmentation(Tensor mask) {
        // Read in place: as an array of longs it would be the largest thing that an answer allocates.
        ByteBuffer bytes = mask.bytes();
        boolean small = mask.dtype() == DType.UINT8;
        int[] indices = new int[mask.shape().size()];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = small ? bytes.get(i) & 0xFF : bytes.getInt(Integer.BYTES * i);
            if (indices[i] < 0 || indices[i] >= labels.size()) {
                throw new IllegalArgumentException(
                        "the network marks class %d, but there are %d labels".formatted(indices[i], labels.size()));
            }
        }
        return SegmentationAnswer.of(preprocessing.width(), preprocessing.height(), indices, labels);
    }

    private Shape maskShape() {
        return Shape.of(1, preprocessing.height(), preprocessing.width());
    }

    private static Tensor expect(Map<String, Tensor> outputs, String name, Shape shape) {
        Tensor tensor = outputs.get(name);
        if (tensor == null || !tensor.shape().equals(shape)) {
            throw new IllegalArgumentException(
                    "expected an output %s of shape %s, found %s".formatted(name, shape, outputs));
        }
        return tensor;
    }
}
