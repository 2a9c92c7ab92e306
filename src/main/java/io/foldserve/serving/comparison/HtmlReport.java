package io.foldserve.serving.comparison;

import io.foldserve.serving.comparison.Report.ClassRow;
import io.foldserve.serving.comparison.Report.PairReport;
import io.foldserve.serving.comparison.Report.VariantReport;
import io.foldserve.statistics.PairedTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A report as one page that needs nothing but itself, for light and dark screens down to a phone's width. */
public final class HtmlReport {
    private final Report report;
    private final Map<Disagreement, List<String>> thumbnails;
    private final Html page = new Html();

    private HtmlReport(Report report, Map<Disagreement, List<String>> thumbnails) {
        this.report = report;
        this.thumbnails = thumbnails;
    }

    /**
     * The page of {@code report}.
     *
     * @param thumbnails pictures of its disagreements, as data URIs, where there are any
     */
    public static String of(Report report, Map<Disagreement, List<String>> thumbnails) {
        return new HtmlReport(report, thumbnails).write();
    }

    private String write() {
        head();
        variants();
        report.pairs().forEach(this::pair);
        classes();
        unreadable();
        return page.add("</main></body></html>").toString();
    }

    private void head() {
        page.add("<!DOCTYPE html>%n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .add("<meta name=\"color-scheme\" content=\"light dark\">")
                .add("<title>%s: variants compared</title><style>", report.model())
                .raw(style())
                .add("</style></head><body><main>")
                .add("<h1>%s: variants compared</h1>", report.model())
                .add(
                        "<p class=\"muted\">%s, %s pictures, %s of them with a right answer, %s not readable</p>",
                        report.task(),
                        report.pictures(),
                        report.labelled(),
                        report.unreadable().size());
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IllegalStateException("report.css is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void variants() {
        for (VariantReport variant : report.variants()) {
            if (!variant.figures().isEmpty()) {
                page.add("<h2>%s</h2>", variant.name());
                figures(variant.figures());
            }
        }
    }

    private void figures(Map<String, Figure> figures) {
        page.add("<div class=\"scroll\"><table class=\"figures\"><thead><tr>");
        List.of("figure", "value", "interval", "n", "method")
                .forEach(column -> page.add("<th scope=\"col\">%s</th>", column));
        page.add("</tr></thead><tbody>");
        figures.forEach((name, figure) -> page.add("<tr><th scope=\"row\">%s</th>", name)
                .add("<td class=\"number\">%s</td>", FigureText.value(name, figure))
                .add("<td class=\"number\">%s</td>", FigureText.interval(name, figure))
                .add("<td class=\"number n\">%s</td>", figure.n())
                .add("<td class=\"source\">%s</td></tr>", figure.source()));
        page.add("</tbody></table></div>");
    }

    private void pair(PairReport pair) {
        page.add("<h2>%s against %s</h2>", pair.variant(), pair.baseline())
                .add("<p class=\"verdict\">%s</p>", pair.verdict().sentence());
        for (String difference : List.of("newcombe", "mIoUDifference")) {
            Figure figure = pair.figures().get(difference);
            if (figure != null) {
                Whisker.draw(page, figure, pair.variant(), pair.baseline());
            }
        }
        pair.table().ifPresent(table -> table(pair, table));
        figures(pair.figures());
        disagreements(pair);
    }

    private void table(PairReport pair, PairedTable table) {
        String row = "<tr><th scope=\"row\">%s</th><td class=\"number\">%s</td><td class=\"number\">%s</td></tr>";
        page.add(
                "<div class=\"scroll\"><table><caption>Pictures by who was right</caption><thead><tr><td></td>"
                        + "<th scope=\"col\">%s right</th><th scope=\"col\">%s wrong</th></tr></thead><tbody>",
                pair.baseline(), pair.baseline());
        page.add(row, pair.variant() + " right", table.both(), table.onlyFirst())
                .add(row, pair.variant() + " wrong", table.onlySecond(), table.neither())
                .add("</tbody></table></div>");
    }

    private void disagreements(PairReport pair) {
        if (pair.disagreements().isEmpty()) {
            page.add("<p class=\"muted\">They give every picture the same answer.</p>");
            return;
        }
        page.add(
                "<h3>Pictures on which they differ (%s shown)</h3>",
                pair.disagreements().size());
        boolean isWide = "segmentation".equals(report.task());
        page.add("<ul class=\"pictures%s\">", isWide ? " wide" : "");
        pair.disagreements().forEach(disagreement -> card(pair, disagreement));
        page.add("</ul>");
    }

    private void card(PairReport pair, Disagreement disagreement) {
        List<String> pictures = thumbnails.getOrDefault(disagreement, List.of());
        List<String> what = List.of("the picture", pair.variant() + "'s answer", pair.baseline() + "'s answer");
        page.add("<li><div class=\"row\">");
        for (int i = 0; i < pictures.size(); i++) {
            page.add(
                    "<img src=\"%s\" alt=\"%s of %s\" loading=\"lazy\">",
                    pictures.get(i), what.get(i), disagreement.name());
        }
        page.add("</div><dl><dt>picture</dt><dd>%s</dd>", disagreement.name());
        if (!disagreement.truth().isEmpty()) {
            page.add("<dt>right</dt><dd>%s</dd>", disagreement.truth());
        }
        answer(pair.variant(), disagreement.answer(), disagreement.truth());
        answer(pair.baseline(), disagreement.baselineAnswer(), disagreement.truth());
        if (disagreement.agreement() > 0) {
            page.add("<dt>agreement</dt><dd>%s of the pixels</dd>", FigureText.percent(disagreement.agreement()));
        }
        page.add("</dl></li>");
    }

    private void answer(String variant, String answer, String truth) {
        String mark = truth.isEmpty() ? "" : answer.equals(truth) ? "right" : "wrong";
        String words = mark.isEmpty() ? answer : answer + " (" + mark + ")";
        page.add("<dt>%s</dt><dd class=\"%s\">%s</dd>", variant, mark, words);
    }

    private void classes() {
        if (report.classes().isEmpty()) {
            return;
        }
        boolean areMasks = "segmentation".equals(report.task());
        page.add(
                "<h2>By class</h2><div class=\"scroll\"><table><caption>%s</caption><thead><tr>"
                        + "<th scope=\"col\">class</th><th scope=\"col\">%s</th>",
                areMasks ? "Intersection over union" : "Share of the class's pictures that is answered rightly",
                areMasks ? "pixels" : "pictures");
        report.variants().forEach(variant -> page.add("<th scope=\"col\">%s</th>", variant.name()));
        page.add("</tr></thead><tbody>");
        report.classes().forEach(this::row);
        page.add("</tbody></table></div>");
    }

    private void row(ClassRow row) {
        page.add("<tr><th scope=\"row\">%s</th><td class=\"number\">%s</td>", row.label(), row.n());
        for (VariantReport variant : report.variants()) {
            Double share = row.figures().get(variant.name());
            page.add("<td class=\"number\">%s</td>", share == null ? "" : FigureText.percent(share));
        }
        page.add("</tr>");
    }

    private void unreadable() {
        if (!report.unreadable().isEmpty()) {
            page.add("<h2>Not readable</h2><ul>");
            report.unreadable().forEach(picture -> page.add("<li>%s: %s</li>", picture.name(), picture.reason()));
            page.add("</ul>");
        }
    }
}
