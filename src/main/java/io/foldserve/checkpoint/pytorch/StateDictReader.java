package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.base.Framework;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.pickle.Value.Instance;
import io.foldserve.checkpoint.pickle.Value.Text;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads one state dict out of what a pickle holds. The metadata says which was taken ({@code entry}), which there are
 * ({@code entries}), what in it is no tensor ({@code ignored}), and of which unknown classes the file holds objects
 * that were passed over ({@code unknown}).
 *
 * <p>Not thread-safe: one instance belongs to one reading.
 */
final class StateDictReader {
    private static final int MOST_UNKNOWN = 20;

    private final TensorReader reader;
    private final TorchGlobals globals;

    /** Reads tensors with {@code reader} out of a pickle that named {@code globals}. */
    StateDictReader(TensorReader reader, TorchGlobals globals) {
        this.reader = reader;
        this.globals = globals;
    }

    /**
     * Reads the state dict under {@code entry} of {@code root}, or the one that {@link StateDictChoice} prefers.
     *
     * @throws InvalidInputException with every problem, if there is none or a tensor in it cannot be read
     */
    NamedTensors read(Value root, Optional<String> entry) {
        StateDictChoice choice = StateDictChoice.of(root, entry);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pytorch");
        metadata.put("entry", choice.path());
        metadata.put("entries", String.join(",", choice.candidates()));
        if (!globals.unknown().isEmpty()) {
            metadata.put(
                    "unknown",
                    globals.unknown().stream()
                            .limit(MOST_UNKNOWN)
                            .map(Quoted::of)
                            .collect(Collectors.joining(",")));
        }
        return tensors(choice, metadata);
    }

    private NamedTensors tensors(StateDictChoice choice, Map<String, String> metadata) {
        Problems problems = new Problems("entry " + choice.path());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        List<String> ignored = new ArrayList<>();
        List<Value> keys = choice.dict().keys();
        for (int i = 0; i < keys.size() && !problems.isFull(); i++) {
            Value value = choice.dict().values().get(i);
            if (!(keys.get(i) instanceof Text text)) {
                problems.add("a key is %s, expected a str".formatted(keys.get(i).kind()));
            } else if (text.value().startsWith(choice.prefix())) {
                String key = text.value().substring(choice.prefix().length());
                if (value instanceof TensorView view) {
                    add(key, view, tensors, problems);
                } else if (value instanceof Instance && !StateDictChoice.isExtraState(key)) {
                    problems.add("%s: is %s, which is not read; nothing was executed"
                            .formatted(Quoted.of(key), Quoted.of(value.kind())));
                } else {
                    ignored.add(key);
                }
            }
        }
        problems.throwIfAny();
        if (!ignored.isEmpty()) {
            metadata.put("ignored", String.join(",", ignored));
        }
        return new NamedTensors(Framework.PYTORCH, tensors, metadata);
    }

    private void add(String key, TensorView view, Map<String, Tensor> tensors, Problems problems) {
        if (tensors.containsKey(key)) {
            problems.add(Quoted.of(key) + ": is there twice");
            return;
        }
        try {
            tensors.put(key, reader.read(view));
        } catch (InvalidInputException cause) {
            problems.addAll(Quoted.of(key), cause);
        }
    }
}
