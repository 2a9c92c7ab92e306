package io.foldserve.serving.experiment;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.task.PreparedImage;
import io.foldserve.tensor.Tensor;
import java.util.Map;

/** A picture as an answering network saw it, for the other variants' networks to see the very same. */
public sealed interface SeenPicture {
    /** The outputs of {@code variant}'s network for the picture, on one thread that shares the cores. */
    Map<String, Tensor> run(LoadedVariant variant);

    /** True if every variant of {@code model} can run it at once, with nothing to be compiled before. */
    boolean runsAtOnce(ServedModel model);

    /** How many bytes it holds, about. */
    long bytes();

    /** A picture that the service prepared. */
    record Prepared(PreparedImage image) implements SeenPicture {
        @Override
        public Map<String, Tensor> run(LoadedVariant variant) {
            return variant.session().shared().run(image.inputs());
        }

        @Override
        public boolean runsAtOnce(ServedModel model) {
            return true;
        }

        /** The tensor, and the picture of as many samples. */
        @Override
        public long bytes() {
            return 2L * image.tensor().shape().size();
        }
    }

    /**
     * A network's input as a client sent it.
     *
     * @param image FLOAT32 {@code [1, C, H, W]}
     */
    record Normalised(Tensor image) implements SeenPicture {
        @Override
        public Map<String, Tensor> run(LoadedVariant variant) {
            return variant.normalised().run(image);
        }

        @Override
        public boolean runsAtOnce(ServedModel model) {
            return model.variants().stream()
                    .allMatch(variant -> variant.normalised().isCompiled());
        }

        @Override
        public long bytes() {
            return (long) Float.BYTES * image.shape().size();
        }
    }
}
