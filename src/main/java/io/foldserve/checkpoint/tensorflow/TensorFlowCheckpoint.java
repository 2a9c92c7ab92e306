package io.foldserve.checkpoint.tensorflow;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.checkpoint.base.MemoryBudget;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Checkpoints of TensorFlow: those of {@code tf.train.Checkpoint} and of Keras 2 in that format, which hold objects,
 * and those of TensorFlow 1's {@code Saver}, which hold variables by name. Every tensor is a view of its data file and
 * is compared with its checksum.
 */
public final class TensorFlowCheckpoint {
    private TensorFlowCheckpoint() {}

    /** Whether {@code file} ends like a checkpoint's index. */
    public static boolean recognises(FileBytes file) {
        return SortedTable.recognises(file);
    }

    /**
     * Reads the network's variables; see {@link ObjectGraph#names} and {@link VariableFiles} for their names. What else
     * is in the checkpoint is listed in the metadata by the first part of its name ({@code ignored}).
     *
     * @param index the checkpoint's index; the data files are beside it
     * @throws InvalidInputException with every problem, if the index or a tensor is damaged, a data file is missing, or
     *     a variable is stored in a way that is not read
     */
    public static NamedTensors read(FileBytes index) {
        BundleIndex bundle = BundleIndex.read(index);
        try (DataFiles data = DataFiles.beside(index, bundle.shards())) {
            return read(bundle, data, index.size());
        } catch (IOException failure) {
            throw new InvalidInputException("data files", "cannot be read: " + FileFailure.reason(failure));
        }
    }

    private static NamedTensors read(BundleIndex bundle, DataFiles data, long indexSize) {
        BundleEntry graph = bundle.entries().get(ObjectGraph.KEY);
        Map<String, String> names = graph == null
                ? VariableFiles.names(bundle.entries().keySet())
                : ObjectGraph.read(data.text(graph), new MemoryBudget(indexSize + data.size()))
                        .names();
        Problems problems = new Problems("tensorflow");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        names.forEach((key, name) -> {
            BundleEntry entry = bundle.entries().get(key);
            if (problems.isFull() || (entry != null && entry.isText() && graph != null)) {
                return;
            }
            try {
                if (entry == null) {
                    problems.add("%s is an object of the checkpoint and not in its index".formatted(Quoted.of(key)));
                } else if (tensors.put(name, data.tensor(entry)) != null) {
                    problems.add("two variables are called " + Quoted.of(name));
                }
            } catch (InvalidInputException cause) {
                problems.addAll(Quoted.of(key), cause);
            }
        });
        if (tensors.isEmpty() && problems.isEmpty()) {
            problems.add("the checkpoint holds no variables");
        }
        problems.throwIfAny();
        return new NamedTensors(Framework.TENSORFLOW, tensors, metadata(bundle, graph != null, names.keySet()));
    }

    private static Map<String, String> metadata(BundleIndex bundle, boolean objects, Set<String> read) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", objects ? "tensorflow objects" : "tensorflow variables");
        Set<String> ignored = new LinkedHashSet<>();
        for (String key : bundle.entries().keySet()) {
            if (!read.contains(key) && !key.equals(ObjectGraph.KEY)) {
                ignored.add(key.substring(0, Math.max(key.indexOf('/'), 0) == 0 ? key.length() : key.indexOf('/')));
            }
        }
        if (!ignored.isEmpty()) {
            metadata.put("ignored", String.join(",", ignored));
        }
        return metadata;
    }
}
