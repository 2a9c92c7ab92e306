package io.foldserve.cli;

import io.foldserve.serving.comparison.Figure;
import io.foldserve.serving.comparison.FigureText;
import io.foldserve.serving.comparison.Report;
import io.foldserve.serving.comparison.Report.ClassRow;
import io.foldserve.serving.comparison.Report.PairReport;
import io.foldserve.statistics.PairedTable;
import java.io.PrintWriter;
import java.util.Map;

/** Prints a comparison's report. */
final class ReportText {
    private static final int MOST_CLASSES = 30;

    private ReportText() {}

    static void print(PrintWriter out, Report report) {
        out.printf(
                "%s: %d pictures, %d with a right answer, %d not readable%n",
                report.model(),
                report.pictures(),
                report.labelled(),
                report.unreadable().size());
        report.unreadable().forEach(picture -> out.printf("  %s: %s%n", picture.name(), picture.reason()));
        report.variants().forEach(variant -> figures(out, variant.name(), variant.figures()));
        classes(out, report);
        report.pairs().forEach(pair -> print(out, pair));
    }

    private static void figures(PrintWriter out, String title, Map<String, Figure> figures) {
        if (figures.isEmpty()) {
            return;
        }
        out.println(title);
        figures.forEach((name, figure) -> out.printf(
                "  %-16s %12s %-28s n=%d%n",
                name, FigureText.value(name, figure), FigureText.interval(name, figure), figure.n()));
    }

    private static void classes(PrintWriter out, Report report) {
        if (report.classes().isEmpty()) {
            return;
        }
        out.printf("by class%n  %-20s %10s", "", "segmentation".equals(report.task()) ? "pixels" : "pictures");
        report.variants().forEach(variant -> out.printf(" %12s", variant.name()));
        out.println();
        report.classes().stream().limit(MOST_CLASSES).forEach(row -> print(out, report, row));
        if (report.classes().size() > MOST_CLASSES) {
            out.printf(
                    "  … and %d more, all of them in --report and --json%n",
                    report.classes().size() - MOST_CLASSES);
        }
    }

    private static void print(PrintWriter out, Report report, ClassRow row) {
        out.printf("  %-20s %10d", row.label(), row.n());
        report.variants().forEach(variant -> {
            Double share = row.figures().get(variant.name());
            out.printf(" %12s", share == null ? "" : FigureText.percent(share));
        });
        out.println();
    }

    private static void print(PrintWriter out, PairReport pair) {
        figures(out, pair.variant() + " against " + pair.baseline(), pair.figures());
        pair.table().ifPresent(table -> print(out, pair, table));
        out.printf("  %s%n", pair.verdict().sentence());
    }

    private static void print(PrintWriter out, PairReport pair, PairedTable table) {
        out.printf(
                "  both right %d, only %s %d, only %s %d, neither %d%n",
                table.both(), pair.variant(), table.onlyFirst(), pair.baseline(), table.onlySecond(), table.neither());
    }
}
