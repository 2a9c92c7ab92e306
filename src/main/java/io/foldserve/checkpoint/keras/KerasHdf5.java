package io.foldserve.checkpoint.keras;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.checkpoint.hdf5.Hdf5File;
import io.foldserve.checkpoint.hdf5.Hdf5Group;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * HDF5 files of Keras: {@code .weights.h5} (Keras 2.12 and later), and {@code .h5} with a network's weights or a whole
 * network, as Keras 2 saved them and Keras 3 still saves whole networks.
 *
 * <p>Tensors are called {@code layer/variable}, or {@code layer/…/variable} in a network inside a network: the layer's
 * own name and the variable's own ({@code kernel}, {@code moving_mean}), without the {@code :0} of Keras 2. A
 * {@code .weights.h5} numbers the variables of a layer; {@link VariableNames} says which of them get their names back.
 */
public final class KerasHdf5 {
    private static final String WHOLE = "model_weights";

    private KerasHdf5() {}

    /** Whether {@code file} starts like an HDF5 file. */
    public static boolean recognises(FileBytes file) {
        return Hdf5File.recognises(file);
    }

    /**
     * Reads the network's weights. The metadata says which version of Keras wrote them, where the file does
     * ({@code keras_version}, {@code backend}), and what is in it beside them ({@code ignored}).
     *
     * @throws InvalidInputException with every problem, if the file is damaged, is not Keras's, or stores a weight in a
     *     way that is not read
     */
    public static NamedTensors read(FileBytes file) {
        Hdf5Group root = Hdf5File.root(file);
        Hdf5Group weights = Optional.ofNullable(root.groups().get(WHOLE)).orElse(root);
        Collected collected = new Collected();
        if (LayerLists.recognises(weights)) {
            new LayerLists(weights, collected).read();
            root.groups().keySet().stream()
                    .filter(name -> root.groups().containsKey(WHOLE) && !name.equals(WHOLE))
                    .forEach(collected::ignore);
        } else {
            new ObjectTree(collected).read(root);
        }
        Map<String, Tensor> tensors = collected.tensors();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "keras hdf5");
        weights.text("keras_version").ifPresent(version -> metadata.put("keras_version", version));
        weights.text("backend").ifPresent(backend -> metadata.put("backend", backend));
        collected.describe(metadata);
        return new NamedTensors(Framework.KERAS, tensors, metadata);
    }
}
