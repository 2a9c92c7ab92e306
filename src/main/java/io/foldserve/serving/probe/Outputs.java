package io.foldserve.serving.probe;

import io.foldserve.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/** The named outputs of a run. */
public final class Outputs {
    private Outputs() {}

    /** The output called {@code name}, which the graph declares. */
    public static Tensor expect(Map<String, Tensor> outputs, String name) {
        return Optional.ofNullable(outputs.get(name))
                .orElseThrow(() -> new IllegalStateException("a run gave " + outputs.keySet() + ", not " + name));
    }
}
