package io.foldserve.serving.request;

import io.foldserve.tensor.Tensor;
import java.util.List;

/**
 * The outputs of a network for the pictures of one request.
 *
 * @param variant the variant that answered
 * @param outputs for each picture, in order: a classification's logits FLOAT32 {@code [1, labels]}, or a segmentation's
 *     mask {@code [1, H, W]} of whole numbers
 */
public record Inference(String variant, List<Tensor> outputs) {
    /** Copies the list. */
    public Inference {
        outputs = List.copyOf(outputs);
    }
}
