package io.foldserve.architecture.convention;

import io.foldserve.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What training leaves in a checkpoint that is no part of the network, so that no layer asks for it: a table of rules,
 * each with its reason. Whatever no rule names could change the answer, and stays an error.
 */
final class SetAside {
    private static final int MOST_NAMES = 4;
    private static final int MOST_VALUES = 4;

    /** Leaves of layers: what is called so is never set aside by the name of its module. */
    private static final String OF_LAYERS = "(?!weight$|bias$|running_|W$|D$|d_diag$|D_diag$)";

    private static final List<Rule> RULES = List.of(
            Rule.of("(.*\\.)?num_batches_tracked", shape -> true, ""),
            Rule.of("n_averaged", shape -> true, ""),
            Rule.of(
                    "(.*\\.)?(total_ops|total_params)",
                    shape -> shape.size() == 1,
                    "counts of a FLOPs counter such as thop, which change nothing"),
            Rule.of(
                    "(.*\\.)?(num_updates|ema_decay|decay|initted|step|global_step)",
                    shape -> shape.size() == 1,
                    "counters of an average of the weights, which change nothing"),
            Rule.of(
                    "(.*\\.)?(\\w+_)?(criterion|criterions|loss|losses|loss_fn|loss_func|loss_function|loss_module)"
                            + "(_\\w+)?\\..+",
                    shape -> true,
                    "the training's loss, which is no part of the network"),
            Rule.of(
                    "(.*\\.)?(\\w+_)?(metrics?|acc|accuracy|auroc|f1|f1_score|precision|recall|confmat|iou|miou|top\\d)"
                            + "(_\\w+)?\\.(.+\\.)?" + OF_LAYERS + "\\w+",
                    shape -> true,
                    "the training's metrics, which are no part of the network"),
            Rule.of(
                    "(.*\\.)?(mean|std|pixel_mean|pixel_std)",
                    shape -> shape.size() <= MOST_VALUES && shape.size() > 0,
                    "the network's own normalisation of its input: the manifest's input must declare it"));

    private SetAside() {}

    private record Rule(Pattern name, Predicate<Shape> shape, String reason) {
        static Rule of(String name, Predicate<Shape> shape, String reason) {
            return new Rule(Pattern.compile(name), shape, reason);
        }

        boolean covers(String key, Shape found) {
            return name.matcher(key).matches() && shape.test(found);
        }
    }

    /** True if a rule names the tensor {@code key}. */
    static boolean covers(String key, Shape shape) {
        return RULES.stream().anyMatch(rule -> rule.covers(key, shape));
    }

    /** What the user should know about those of {@code leftOver} that are covered: a sentence for each rule. */
    static List<String> notes(Map<String, StoredTensor> leftOver) {
        Map<Rule, List<String>> byRule = new LinkedHashMap<>();
        leftOver.forEach((key, tensor) -> RULES.stream()
                .filter(rule -> rule.covers(key, tensor.shape()))
                .findFirst()
                .ifPresent(rule -> byRule.merge(rule, List.of(shown(key, tensor)), SetAside::joined)));
        return byRule.entrySet().stream()
                .filter(found -> !found.getKey().reason().isEmpty())
                .map(found -> "set aside %s (%s)"
                        .formatted(names(found.getValue()), found.getKey().reason()))
                .toList();
    }

    private static List<String> joined(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static String names(List<String> keys) {
        String first = keys.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return keys.size() > MOST_NAMES ? "%s and %d more".formatted(first, keys.size() - MOST_NAMES) : first;
    }

    /** The values of a mean or a standard deviation belong into the manifest, so they are shown. */
    private static String shown(String key, StoredTensor tensor) {
        boolean normalises = key.endsWith("mean") || key.endsWith("std");
        return normalises && tensor.dtype().isFloating()
                ? key + " "
                        + Arrays.toString(tensor.elements().get().toFloat32().toFloats())
                : key;
    }
}
