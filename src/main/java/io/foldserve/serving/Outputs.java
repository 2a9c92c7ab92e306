package io.foldserve.serving;

import io.foldserve.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/** The named outputs of a run. */
final class Outputs {
    private Outputs() {}

    /** The output called {@code name}, which the graph declares. */
    static Tensor expect(Map<String, Tensor> outputs, String name) {
        return Optional.ofNullable(outputs.get(name))
                .orElseThrow(() -> new IllegalStateException("a run gave " + outputs.keySet() + ", not " + name));
    }
}
