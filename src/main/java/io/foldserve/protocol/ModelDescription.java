package io.foldserve.protocol;

import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.TaskKind;
import io.foldserve.task.VisionTask;
import java.util.List;

/**
 * A model as the protocol sees it: one input, one output.
 *
 * @param name the name it was asked for under
 * @param input the network's input, normalised; it may also be sent as pixels or as encoded pictures
 * @param output the network's output
 */
public record ModelDescription(String name, TensorDescription input, TensorDescription output) {
    /** The only version of every model; a folder holds one. */
    public static final String VERSION = "1";

    /** The protocol's name for an ONNX network of the first model format. */
    public static final String PLATFORM = "onnx_onnxv1";

    /** The input's name. */
    public static final String IMAGE = "image";

    private static final String LOGITS = "logits";
    private static final String MASK = "mask";

    /**
     * A tensor's name, type and extents; the first is −1, for any number of pictures.
     *
     * @param name the tensor's name
     * @param datatype its element type
     * @param shape its extents
     */
    public record TensorDescription(String name, Datatype datatype, List<Long> shape) {
        /** Copies the shape. */
        public TensorDescription {
            shape = List.copyOf(shape);
        }
    }

    /** {@code model} under {@code name}, which may be a variant's. */
    public static ModelDescription of(String name, ServedModel model) {
        VisionTask task = model.task();
        Preprocessing pixels = task.preprocessing();
        long height = pixels.height();
        long width = pixels.width();
        TensorDescription output = task.kind() == TaskKind.CLASSIFICATION
                ? new TensorDescription(
                        LOGITS, Datatype.FP32, List.of(-1L, (long) task.labels().size()))
                : new TensorDescription(MASK, Datatype.INT32, List.of(-1L, height, width));
        List<Long> image = List.of(-1L, (long) pixels.colour().channels(), height, width);
        return new ModelDescription(name, new TensorDescription(IMAGE, Datatype.FP32, image), output);
    }

    /** Every model has the versions {@code 1} and none. */
    public static boolean isVersion(String version) {
        return version.isEmpty() || version.equals(VERSION);
    }

    /** The sentence that {@code model} has no such {@code version}. */
    public static String noVersion(String model, String version) {
        return "model %s has no version '%s', expected '%s' or none".formatted(model, version, VERSION);
    }

    /**
     * Accepts an output that is asked for.
     *
     * @throws InvalidRequestException if the model does not give it
     */
    public void expectOutput(RequestedOutput asked) {
        if (!asked.name().equals(output.name())) {
            throw new InvalidRequestException(
                    "model %s has no output '%s', expected '%s'".formatted(name, asked.name(), output.name()));
        }
        if (asked.classes().isEmpty()) {
            return;
        }
        long classes = output.name().equals(LOGITS) ? output.shape().get(1) : 0;
        int wanted = asked.classes().getAsInt();
        if (wanted < 1 || wanted > classes) {
            throw new InvalidRequestException(
                    classes == 0
                            ? "output '%s' is no list of classes: leave the parameter classification out"
                                    .formatted(output.name())
                            : "classification must be 1 to %d, found %d".formatted(classes, wanted));
        }
    }
}
