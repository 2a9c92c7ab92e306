package io.foldserve.protocol;

import java.util.List;
import java.util.Optional;

/**
 * What a client asks of a model.
 *
 * @param id what the answer is to repeat
 * @param variant the variant to ask
 * @param unit the unit that the request belongs to, by which a sticky experiment deals it
 * @param inputs the tensors that were sent
 * @param outputs the outputs that are asked for; none for all that the model usually gives
 * @param binary whether outputs that say nothing of it are answered behind the JSON
 */
public record InferCall(
        Optional<String> id,
        Optional<String> variant,
        Optional<String> unit,
        List<InputTensor> inputs,
        List<RequestedOutput> outputs,
        boolean binary) {
    /** Copies the lists. */
    public InferCall {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
