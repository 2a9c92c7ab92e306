package io.foldserve.fold;

import io.foldserve.fold.audit.RegionAudit;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.InexactFoldException;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.write.IslandNames;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Measures a fold, layer by layer, against the nodes of the training form that each layer replaces, see
 * {@link RegionAudit}. Nothing is decided anew.
 *
 * <p>Stateless and thread-safe; layers are measured in parallel, and a seed always gives the same report.
 */
public final class FoldAudit {
    /** The largest composition error of an exact fold, relative to Σ|K||x| + |b|. */
    public static final double TOLERANCE = 1e-11;

    /** The largest rounding error of a layer in float32; see {@link #roundingTolerance}. */
    public static final double ROUNDING_TOLERANCE = roundingTolerance(DType.FLOAT32);

    private FoldAudit() {}

    /** The largest rounding error of a layer that is written in {@code type}: twice that type's unit roundoff. */
    public static double roundingTolerance(DType type) {
        return 2 * type.unitRoundoff();
    }

    /**
     * {@code folded} with the errors of its folded layers measured.
     *
     * @param seed of the probes
     * @throws InexactFoldException if a layer's composition error is beyond {@link #TOLERANCE} or its rounding error
     *     beyond {@link #roundingTolerance}, or one of them is not a number
     */
    public static Folded measure(Folded folded, long seed) {
        RegionAudit audit = new RegionAudit(folded.training(), folded.graph(), seed);
        Map<String, IslandNames> names = folded.names().stream()
                .collect(Collectors.toMap(named -> named.island().name(0), Function.identity()));
        FoldReport before = folded.report();
        List<LayerReport> measured = before.layers().parallelStream()
                .map(report -> Optional.ofNullable(names.get(report.name()))
                        .map(audit::errors)
                        .map(report::with)
                        .orElse(report))
                .toList();
        Map<String, DType> types = kernelTypes(folded.graph());
        List<String> inexact = measured.stream()
                .flatMap(layer -> whyInexact(layer, types).stream())
                .toList();
        if (!inexact.isEmpty()) {
            throw new InexactFoldException(folded.graph().name(), inexact);
        }
        return folded.with(before.with(measured));
    }

    // Negated, so that an error that is not a number is inexact too.
    private static Optional<String> whyInexact(LayerReport layer, Map<String, DType> types) {
        double allowed = roundingTolerance(types.getOrDefault(layer.name(), DType.FLOAT32));
        return layer.errors()
                .filter(errors -> !(errors.composition() <= TOLERANCE && errors.rounding() <= allowed))
                .map(errors ->
                        ("%s (%s) differs from its training form, relative to Σ|K||x| + |b|, by %s; allowed: %s, "
                                        + "rounding %s")
                                .formatted(layer.name(), layer.rules(), errors, TOLERANCE, allowed));
    }

    private static Map<String, DType> kernelTypes(Graph folded) {
        Map<String, DType> types = new HashMap<>();
        folded.nodes().stream().filter(Operators::isLinear).forEach(node -> folded.constant(
                        node.inputs().get(1))
                .ifPresent(kernel -> types.put(node.name(), kernel.dtype())));
        return types;
    }
}
