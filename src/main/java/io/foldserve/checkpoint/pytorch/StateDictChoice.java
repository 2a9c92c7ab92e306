package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.format.Quoted;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.pickle.Value.Dict;
import io.foldserve.problem.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The state dict chosen from a checkpoint.
 *
 * @param dict the state dict: a dict with a tensor directly under a text key
 * @param path the keys that lead to it, joined by {@code /}; {@code .} for the file's own top level
 * @param candidates the top-level keys that lead to a state dict, in the file's order
 */
record StateDictChoice(Dict dict, String path, List<String> candidates) {
    /** The keys under which training scripts keep the network, in the order of preference. */
    static final List<String> WRAPPERS = List.of("state_dict", "model_state_dict", "model");

    private static final String TOP = ".";
    private static final int DEEPEST = 3;

    /** Under keys that end so, PyTorch's modules keep what is not a parameter; it may be a dict of tensors. */
    private static final String EXTRA_STATE = "_extra_state";

    /**
     * Chooses by {@code entry} if given ({@code .} is the top level). Otherwise takes the first of {@link #WRAPPERS} that
     * leads to a state dict, or else the only key that leads to one, or else the top level. A key leads to a state dict
     * if its value is one, or has one under the wrappers in turn.
     *
     * @throws InvalidInputException if nothing, or more than one thing, could be meant
     */
    static StateDictChoice of(Value root, Optional<String> entry) {
        if (!(root instanceof Dict top)) {
            throw new InvalidInputException("checkpoint", "holds " + root.kind() + ", expected a dict of tensors");
        }
        List<String> candidates = top.nested().entrySet().stream()
                .filter(item -> !item.getKey().endsWith(EXTRA_STATE))
                .filter(item -> found(item.getValue(), List.of(), "", DEEPEST).isPresent())
                .map(Map.Entry::getKey)
                .toList();
        if (entry.isPresent()) {
            return named(top, entry.get(), candidates)
                    .orElseThrow(() -> refusal("has no state dict under " + Quoted.of(entry.get()), candidates));
        }
        return wrapped(top, candidates, "", DEEPEST).orElseGet(() -> onlyOne(top, candidates));
    }

    private static StateDictChoice onlyOne(Dict top, List<String> candidates) {
        if (candidates.size() > 1) {
            throw refusal("holds several state dicts, name the entry to read", candidates);
        }
        String only = candidates.isEmpty() ? TOP : candidates.get(0);
        return named(top, only, candidates).orElseThrow(() -> refusal("holds no state dict", candidates));
    }

    private static Optional<StateDictChoice> named(Dict top, String key, List<String> candidates) {
        Dict named = top.nested().get(key);
        if (named != null) {
            return found(named, candidates, key, DEEPEST);
        }
        return key.equals(TOP) && top.holdsMade()
                ? Optional.of(new StateDictChoice(top, TOP, candidates))
                : Optional.empty();
    }

    /** The state dict that {@code dict}, at {@code path}, leads to. The depth ends a dict that is inside itself. */
    private static Optional<StateDictChoice> found(Dict dict, List<String> candidates, String path, int depth) {
        Optional<StateDictChoice> wrapped = wrapped(dict, candidates, path + "/", depth);
        return wrapped.isPresent() || !dict.holdsMade()
                ? wrapped
                : Optional.of(new StateDictChoice(dict, path, candidates));
    }

    private static Optional<StateDictChoice> wrapped(Dict dict, List<String> candidates, String prefix, int depth) {
        for (String wrapper : depth == 0 ? List.<String>of() : WRAPPERS) {
            Dict inner = dict.nested().get(wrapper);
            if (inner != null) {
                Optional<StateDictChoice> found = found(inner, candidates, prefix + wrapper, depth - 1);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static InvalidInputException refusal(String problem, List<String> candidates) {
        String found = candidates.stream().limit(20).map(Quoted::of).collect(Collectors.joining(", "));
        return new InvalidInputException(
                "checkpoint", problem + "; entries with one: " + (found.isEmpty() ? "none" : found));
    }
}
