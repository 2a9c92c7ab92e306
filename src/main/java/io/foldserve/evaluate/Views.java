package io.foldserve.evaluate;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The operators that pass the elements on: under another shape, as another kind, or as they are. */
final class Views {
    private static final List<String> RESHAPING = List.of("Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze");

    private Views() {}

    static Map<String, Kernel> kernels() {
        Map<String, Kernel> kernels = new HashMap<>();
        RESHAPING.forEach(op -> kernels.put(op, call -> List.of(call.tensor(0).reshape(call.output(0)))));
        kernels.put("Dropout", Views::dropout);
        return kernels;
    }

    /** At inference everything is kept. */
    private static List<Tensor> dropout(Call call) {
        boolean training = call.find(2).map(mode -> mode.toDoubles()[0] != 0).orElse(false);
        call.check(!training, "training_mode false", "true");
        double[] kept = new double[call.output(1).size()];
        Arrays.fill(kept, 1.0);
        return List.of(call.tensor(0), Kinds.tensor(DType.BOOL, call.output(1), kept));
    }
}
