package io.foldserve.fold;

import io.foldserve.fold.audit.IslandAudit;
import io.foldserve.fold.audit.LayerAudit;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.InexactFoldException;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.write.IslandNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Measures a fold, layer by layer, against the training form: a layer at sampled positions, see {@link LayerAudit}, and
 * an island of branches and sequences as a graph, see {@link IslandAudit}. Nothing is decided anew.
 *
 * <p>Stateless and thread-safe; layers are measured in parallel, and a seed always gives the same report.
 */
public final class FoldAudit {
    /** The largest composition error of an exact fold, relative to Σ|K||x| + |b|. */
    public static final double TOLERANCE = 1e-11;

    /** The largest rounding error: twice the unit roundoff of float32. */
    public static final double ROUNDING_TOLERANCE = 0x1p-23;

    private FoldAudit() {}

    /**
     * {@code folded} with the errors of its folded layers measured.
     *
     * @param seed of the probes
     * @throws InexactFoldException if a layer's composition error is beyond {@link #TOLERANCE} or its rounding error
     *     beyond {@link #ROUNDING_TOLERANCE}, or one of them is not a number
     */
    public static Folded measure(Folded folded, long seed) {
        IslandAudit islands = new IslandAudit(folded.training(), folded.graph(), seed);
        LayerAudit layers = new LayerAudit(folded.layers().facts(), folded.graph(), seed);
        Map<String, IslandNames> names = folded.islands().names().stream()
                .collect(Collectors.toMap(named -> named.island().name(0), Function.identity()));
        FoldReport before = folded.report();
        List<LayerReport> measured = before.layers().parallelStream()
                .map(report -> Optional.ofNullable(names.get(report.name()))
                        .map(islands::errors)
                        .or(() -> folded.layers()
                                .layer(report.name())
                                .filter(Layer::isFolded)
                                .map(layers::errors))
                        .map(report::with)
                        .orElse(report))
                .toList();
        List<String> inexact =
                measured.stream().flatMap(layer -> whyInexact(layer).stream()).toList();
        if (!inexact.isEmpty()) {
            throw new InexactFoldException(folded.graph().name(), inexact);
        }
        return folded.with(before.with(measured));
    }

    // Negated, so that an error that is not a number is inexact too.
    private static Optional<String> whyInexact(LayerReport layer) {
        return layer.errors()
                .filter(errors -> !(errors.composition() <= TOLERANCE && errors.rounding() <= ROUNDING_TOLERANCE))
                .map(errors ->
                        ("%s (%s) differs from its training form, relative to Σ|K||x| + |b|, by %s; allowed: %s, "
                                        + "rounding %s")
                                .formatted(layer.name(), layer.rules(), errors, TOLERANCE, ROUNDING_TOLERANCE));
    }
}
