package io.foldserve.http.page;

import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.FoldStep;
import io.foldserve.serving.catalogue.VariantFacts;
import io.quarkus.qute.TemplateInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A variant's fold as one self-contained page, {@code templates/FoldPage.html}. Names of layers and tensors come from
 * files that anyone may have written; the template escapes every value. Immutable.
 *
 * @param model the model's name
 * @param variant the variant's name
 * @param facts what is known about the variant
 * @param figures the summary
 * @param rules the number of layers that each rule was applied to
 * @param rows the network before and after, in execution order
 * @param refusals the rows at which something was declined
 * @param elsewhere what was declined at no node of any row
 */
public record FoldPage(
        String model,
        String variant,
        VariantFacts facts,
        List<Figure> figures,
        Map<String, Integer> rules,
        List<StepRow> rows,
        List<StepRow> refusals,
        List<Declined> elsewhere)
        implements TemplateInstance {

    /** The page of {@code report}. */
    public static FoldPage of(String model, String variant, VariantFacts facts, FoldReport report) {
        List<StepRow> rows = new ArrayList<>();
        List<Declined> elsewhere = new ArrayList<>(report.declined());
        for (FoldStep step : report.steps()) {
            StepRow row = StepRow.of(rows.size() + 1, step, report);
            elsewhere.removeAll(row.declined());
            rows.add(row);
        }
        return new FoldPage(
                model,
                variant,
                facts,
                Figure.summary(report, facts.proof()),
                report.layersByRule(),
                List.copyOf(rows),
                rows.stream().filter(row -> !row.declined().isEmpty()).toList(),
                List.copyOf(elsewhere));
    }
}
