package io.foldserve.fold.result;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The account of one fold. Immutable.
 *
 * @param steps the whole network before and after, in execution order
 * @param layers every linear operator of the network, folded or not, in execution order
 * @param declined where a rule might have applied and did not, with its reason
 * @param training the size of the training form
 * @param folded the size of the folded form
 */
public record FoldReport(
        List<FoldStep> steps, List<LayerReport> layers, List<Declined> declined, Size training, Size folded) {

    /** Copies the lists. */
    public FoldReport {
        steps = List.copyOf(steps);
        layers = List.copyOf(layers);
        declined = List.copyOf(declined);
    }

    /** This report with {@code measured} instead of its layers. */
    public FoldReport with(List<LayerReport> measured) {
        return new FoldReport(steps, measured, declined, training, folded);
    }

    /** The layers among what {@code step} became. */
    public List<LayerReport> layers(FoldStep step) {
        Set<String> names = step.folded().stream().map(NodeReport::name).collect(Collectors.toSet());
        return layers.stream().filter(layer -> names.contains(layer.name())).toList();
    }

    /** What was declined at the nodes of {@code step}. */
    public List<Declined> declined(FoldStep step) {
        Set<String> names = step.names();
        return declined.stream().filter(at -> names.contains(at.node())).toList();
    }

    /** The number of layers that each rule was applied to, by rule name. */
    public Map<String, Integer> layersByRule() {
        Map<String, Integer> counts = new TreeMap<>();
        layers.forEach(layer -> layer.rules().stream().distinct().forEach(rule -> counts.merge(rule, 1, Integer::sum)));
        return counts;
    }

    /** The largest measured composition error of any layer, border or interior; 0 if nothing was measured. */
    public double compositionError() {
        return largest(LayerErrors::composition);
    }

    /** The largest measured rounding error of any layer, border or interior; 0 if nothing was measured. */
    public double roundingError() {
        return largest(LayerErrors::rounding);
    }

    private double largest(ToDoubleFunction<LayerErrors> error) {
        return layers.stream()
                .flatMap(layer -> layer.errors().stream())
                .mapToDouble(error)
                .reduce(0, Math::max);
    }
}
