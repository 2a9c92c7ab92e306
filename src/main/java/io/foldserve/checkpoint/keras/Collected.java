package io.foldserve.checkpoint.keras;

import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.hdf5.Hdf5Dataset;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was found in one file so far, and what is wrong with it. Not thread-safe. */
final class Collected {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final List<String> ignored = new ArrayList<>();
    private final Problems problems = new Problems("keras");

    /** Adds the elements of {@code dataset} as {@code name}. */
    void add(String name, Hdf5Dataset dataset) {
        if (problems.isFull()) {
            return;
        }
        try {
            if (tensors.put(name, dataset.tensor()) != null) {
                problem("%s is there twice, the second time as %s"
                        .formatted(Quoted.of(name), Quoted.of(dataset.path())));
            }
        } catch (InvalidInputException cause) {
            problems.addAll(Quoted.of(dataset.path()), cause);
        }
    }

    /** Notes something that is not of the network's weights and was passed over. */
    void ignore(String path) {
        ignored.add(path);
    }

    void problem(String problem) {
        if (!problems.isFull()) {
            problems.add(problem);
        }
    }

    /**
     * Everything that was added.
     *
     * @throws InvalidInputException with every problem, or if nothing was added
     */
    Map<String, Tensor> tensors() {
        if (tensors.isEmpty() && problems.isEmpty()) {
            problem("is an HDF5 file without weights of Keras: expected layer_names, or datasets "
                    + "layers/<name>/vars/<number>");
        }
        problems.throwIfAny();
        return tensors;
    }

    void describe(Map<String, String> metadata) {
        if (!ignored.isEmpty()) {
            metadata.put("ignored", String.join(",", ignored));
        }
    }
}
