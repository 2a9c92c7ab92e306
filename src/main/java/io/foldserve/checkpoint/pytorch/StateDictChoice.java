package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.pickle.Value.Dict;
import io.foldserve.checkpoint.pickle.Value.Sequence;
import io.foldserve.checkpoint.pickle.Value.Text;
import io.foldserve.problem.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The state dict chosen from a checkpoint.
 *
 * @param dict the state dict: a dict with a tensor directly under a text key
 * @param prefix what the keys of its tensors start with that is not part of their names; often empty
 * @param path the keys that lead to it, joined by {@code /}; {@code .} for the file's own top level
 * @param candidates the top-level keys that lead to a state dict, in the file's order
 */
record StateDictChoice(Dict dict, String prefix, String path, List<String> candidates) {
    /** The keys under which training scripts keep the network, in the order of preference. */
    static final List<String> WRAPPERS =
            List.of("state_dict", "model_state_dict", "model", "net", "network", "params", "module");

    private static final String TOP = ".";
    private static final int DEEPEST = 3;

    /** Under keys that end so, PyTorch's modules keep what is not a parameter; it may be a dict of tensors. */
    private static final String EXTRA_STATE = "_extra_state";

    /** The key by which Lightning's checkpoints are known. */
    private static final String LIGHTNING = "pytorch-lightning_version";

    /** The attributes under which a Lightning module keeps the network, if it is not the network itself. */
    private static final List<String> ATTRIBUTES = List.of("model.", "net.", "network.");

    /** Whether what is under {@code key} is no parameter. */
    static boolean isExtraState(String key) {
        return key.endsWith(EXTRA_STATE);
    }

    /**
     * Chooses by {@code entry} if given: {@code .} is the top level, {@code a/b} the state dict at these keys, or
     * those tensors under {@code a} whose names start with {@code b.}, which is taken off. Otherwise takes the first
     * of {@link #WRAPPERS} that
     * leads to a state dict, or else the only key that leads to one, or else the top level. A key leads to a state dict
     * if its value is one, or has one under the wrappers in turn. Of a Lightning checkpoint in which every name starts
     * with {@code model.}, {@code net.} or {@code network.}, that is taken off. What is in a list or tuple has its
     * position for a key, from {@code 0}; one of pairs of a name and a tensor is a state dict.
     *
     * @throws InvalidInputException if nothing, or more than one thing, could be meant
     */
    static StateDictChoice of(Value root, Optional<String> entry) {
        Dict top = top(root);
        List<String> candidates = top.nested().stream()
                .filter(key -> !isExtraState(key))
                .filter(key -> top.nested(key)
                        .flatMap(dict -> found(dict, List.of(), "", DEEPEST))
                        .isPresent())
                .toList();
        if (entry.isPresent()) {
            return named(top, entry.get(), candidates)
                    .or(() -> at(top, entry.get(), candidates))
                    .orElseThrow(() -> refusal("has no state dict under " + Quoted.of(entry.get()), candidates));
        }
        StateDictChoice chosen = wrapped(top, candidates, "", DEEPEST).orElseGet(() -> onlyOne(top, candidates));
        return top.keys().contains(new Text(LIGHTNING)) ? chosen.withoutAttribute() : chosen;
    }

    private static Dict top(Value root) {
        if (root instanceof Dict dict) {
            return dict;
        }
        if (root instanceof Sequence sequence
                && (sequence.named().holdsMade() || !sequence.named().nested().isEmpty())) {
            return sequence.named();
        }
        throw new InvalidInputException(
                "checkpoint",
                "holds %s, expected a dict of tensors; nothing was executed%s"
                        .formatted(Quoted.of(root.kind()), instead(root)));
    }

    private static String instead(Value root) {
        if (root instanceof Value.Instance) {
            return ", save its state_dict() instead (or dict(…) of a subclass of dict)";
        }
        return root instanceof Sequence
                ? "; a list or tuple is read that holds such dicts, or pairs of a name and a tensor"
                : "";
    }

    private StateDictChoice withoutAttribute() {
        return ATTRIBUTES.stream()
                .filter(attribute -> dict.keys().stream()
                        .allMatch(
                                key -> key instanceof Text text && text.value().startsWith(attribute)))
                .findFirst()
                .map(this::below)
                .orElse(this);
    }

    private StateDictChoice below(String attribute) {
        return new StateDictChoice(dict, attribute, path, candidates);
    }

    /** The state dict at the keys of {@code entry}; what of it are no keys are the start of its tensors' names. */
    private static Optional<StateDictChoice> at(Dict top, String entry, List<String> candidates) {
        String path = entry.startsWith("./") ? entry.substring(2) : entry;
        List<String> parts = List.of(path.split("/", -1));
        for (int keys = parts.size(); keys >= 0; keys--) {
            Optional<StateDictChoice> found =
                    walk(top, parts.subList(0, keys)).flatMap(dict -> found(dict, candidates, entry, DEEPEST));
            List<String> rest = parts.subList(keys, parts.size());
            found = rest.isEmpty() ? found : found.flatMap(choice -> choice.starting(String.join(".", rest) + "."));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Dict> walk(Dict top, List<String> keys) {
        Optional<Dict> at = Optional.of(top);
        for (String key : keys) {
            at = at.flatMap(dict -> dict.nested(key));
        }
        return at;
    }

    /** The tensors whose names start with {@code attribute}, also below a network that was made parallel. */
    private Optional<StateDictChoice> starting(String attribute) {
        return Stream.of(attribute, "module." + attribute)
                .filter(start -> dict.keys().stream()
                        .anyMatch(
                                key -> key instanceof Text text && text.value().startsWith(start)))
                .findFirst()
                .map(this::below);
    }

    private static StateDictChoice onlyOne(Dict top, List<String> candidates) {
        if (candidates.size() > 1) {
            throw refusal("holds several state dicts, name the entry to read", candidates);
        }
        String only = candidates.isEmpty() ? TOP : candidates.get(0);
        if (candidates.isEmpty() && !top.holdsMade()) {
            return deeper(top);
        }
        return named(top, only, candidates).orElseThrow(() -> refusal("holds no state dict", candidates));
    }

    /** The only state dict below other keys than the usual ones. */
    private static StateDictChoice deeper(Dict top) {
        List<String> paths = StateDictPaths.of(top);
        if (paths.size() > 1) {
            throw refusal("holds several state dicts, name the entry to read", paths);
        }
        return paths.stream()
                .findFirst()
                .flatMap(path -> at(top, path, paths))
                .orElseThrow(() -> refusal("holds no state dict", paths));
    }

    private static Optional<StateDictChoice> named(Dict top, String key, List<String> candidates) {
        Optional<Dict> named = top.nested(key);
        if (named.isPresent()) {
            return found(named.orElseThrow(), candidates, key, DEEPEST);
        }
        return key.equals(TOP) && top.holdsMade()
                ? Optional.of(new StateDictChoice(top, "", TOP, candidates))
                : Optional.empty();
    }

    /** The state dict that {@code dict}, at {@code path}, leads to. The depth ends a dict that is inside itself. */
    private static Optional<StateDictChoice> found(Dict dict, List<String> candidates, String path, int depth) {
        Optional<StateDictChoice> wrapped = wrapped(dict, candidates, path + "/", depth);
        return wrapped.isPresent() || !dict.holdsMade()
                ? wrapped
                : Optional.of(new StateDictChoice(dict, "", path, candidates));
    }

    private static Optional<StateDictChoice> wrapped(Dict dict, List<String> candidates, String prefix, int depth) {
        for (String wrapper : depth == 0 ? List.<String>of() : WRAPPERS) {
            Optional<StateDictChoice> found =
                    dict.nested(wrapper).flatMap(inner -> found(inner, candidates, prefix + wrapper, depth - 1));
            if (found.isPresent()) {
                return found;
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
