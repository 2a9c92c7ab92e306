package io.foldserve.serving.request;

import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The outputs of a network for the pictures of one request.
 *
 * @param variant the variant that answered
 * @param experiment the declared experiment that dealt the request to the variant, if one did
 * @param ids for each picture, in order, by which feedback names its answer; none for a request that named its variant,
 *     which counts for no experiment
 * @param outputs for each picture, in order: a classification's logits FLOAT32 {@code [1, labels]}, or a segmentation's
 *     mask {@code [1, H, W]} of whole numbers
 */
public record Inference(String variant, Optional<String> experiment, List<String> ids, List<Tensor> outputs) {
    /** Copies the lists. */
    public Inference {
        ids = List.copyOf(ids);
        outputs = List.copyOf(outputs);
    }
}
