package io.foldserve.http.page;

import io.foldserve.fold.FoldAudit;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.FoldStep;
import io.foldserve.fold.result.NodeReport;
import io.foldserve.serving.catalogue.ProofResult;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One figure of the summary.
 *
 * @param name what it is
 * @param value the figure
 * @param note what it is compared with
 */
public record Figure(String name, String value, String note) {

    /** What a reader wants to know first. */
    static List<Figure> summary(FoldReport report, ProofResult proof) {
        long folded = report.layers().stream()
                .filter(layer -> !layer.rules().isEmpty())
                .count();
        return List.of(
                change(
                        "Parameters",
                        report.training().parameters(),
                        report.folded().parameters()),
                change(
                        "Multiply-accumulates",
                        report.training().macs(),
                        report.folded().macs()),
                change("Operators", operators(report, Figure::trained), operators(report, FoldStep::folded)),
                new Figure(
                        "Layers folded",
                        "%d of %d".formatted(folded, report.layers().size()),
                        "linear operators"),
                new Figure(
                        "Declined",
                        Integer.toString(report.declined().size()),
                        "places where a rule might have applied and did not"),
                new Figure(
                        "Largest composition error",
                        error(report.compositionError()),
                        "of any layer, in float64; allowed " + error(FoldAudit.TOLERANCE)),
                new Figure(
                        "Largest rounding error",
                        error(report.roundingError()),
                        "of any layer, to its own type; allowed, of float32, " + error(FoldAudit.ROUNDING_TOLERANCE)),
                new Figure(
                        "Whole network",
                        error(proof.foldError()),
                        "of the largest logit, folded against trained in float32 on %d probe images; allowed %s"
                                .formatted(proof.probes(), error(proof.tolerance()))));
    }

    private static List<NodeReport> trained(FoldStep step) {
        return Stream.concat(step.weights().stream(), step.training().stream()).toList();
    }

    // A node that computes weights for two layers is in two steps.
    private static long operators(FoldReport report, Function<FoldStep, List<NodeReport>> nodes) {
        return report.steps().stream()
                .flatMap(step -> nodes.apply(step).stream())
                .map(NodeReport::name)
                .distinct()
                .count();
    }

    private static Figure change(String name, long before, long after) {
        return new Figure(name, count(before) + " → " + count(after), ratio(before, after));
    }

    /** How {@code after} compares with {@code before}. */
    static String ratio(long before, long after) {
        if (before == after) {
            return "unchanged";
        }
        if (after == 0 || before == 0) {
            return after == 0 ? "all gone" : "all new";
        }
        return before > after
                ? String.format(Locale.ROOT, "÷ %.2f", (double) before / after)
                : String.format(Locale.ROOT, "× %.2f", (double) after / before);
    }

    /** A whole number with its thousands apart. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A relative error: {@code 3.1e-16}. */
    static String error(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
    }
}
