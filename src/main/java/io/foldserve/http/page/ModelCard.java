package io.foldserve.http.page;

import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.experiment.ExperimentReport;
import io.foldserve.serving.parity.ParityReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A model at one instant, as text.
 *
 * @param name its name
 * @param state its state's name
 * @param loading whether it is loading, and the page worth looking at again
 * @param phase the variant that is loaded now and the phase it is in; empty if none is
 * @param ready whether it answers
 * @param task what it answers; empty until it is ready
 * @param problems why what is in its folder is not served
 * @param declared the names of its variants until it is ready
 * @param variants its variants once it is
 * @param parities the variants beside their baseline, as far as measured
 * @param experiment what was learnt from its traffic; empty until it is ready, and of a single variant
 */
public record ModelCard(
        String name,
        String state,
        boolean loading,
        String phase,
        boolean ready,
        String task,
        List<String> problems,
        List<String> declared,
        List<VariantRow> variants,
        List<ParityWhisker> parities,
        Optional<ExperimentView> experiment) {

    /**
     * One variant.
     *
     * @param name its name
     * @param baseline whether the others are compared with it
     * @param share its share of the requests now
     * @param network its architecture
     * @param checkpoint its checkpoint's file name
     * @param parameters before and after folding
     * @param macs before and after folding
     */
    public record VariantRow(
            String name,
            boolean baseline,
            String share,
            String network,
            String checkpoint,
            String parameters,
            String macs) {

        private static VariantRow of(LoadedVariant variant, Map<String, Integer> shares) {
            long all = shares.values().stream().mapToLong(Integer::longValue).sum();
            return new VariantRow(
                    variant.name(),
                    variant.baseline(),
                    Math.round(100.0 * shares.getOrDefault(variant.name(), 0) / all) + " %",
                    variant.facts().architecture(),
                    variant.facts().checkpoint(),
                    change(
                            variant.facts().training().parameters(),
                            variant.facts().folded().parameters()),
                    change(
                            variant.facts().training().macs(),
                            variant.facts().folded().macs()));
        }

        private static String change(long before, long after) {
            return before == after ? Figure.count(after) : Figure.count(before) + " → " + Figure.count(after);
        }
    }

    /**
     * The card of {@code entry}.
     *
     * @param parities the last measurements of its variants
     * @param phase the variant that is loaded now and the phase it is in; empty if none is
     * @param experiments what each model's experiment has shown
     */
    public static ModelCard of(
            CatalogueEntry entry,
            List<ParityReport> parities,
            String phase,
            Function<ServedModel, ExperimentReport> experiments) {
        Optional<ServedModel> served = entry.served();
        return new ModelCard(
                entry.name(),
                entry.state().label(),
                entry.state().label().equals("loading"),
                phase,
                served.isPresent(),
                served.map(ModelCard::task).orElse(""),
                entry.state().problems(),
                served.isPresent() ? List.of() : entry.variants(),
                served.map(ModelCard::variants).orElse(List.of()),
                parities.stream()
                        .flatMap(report -> ParityWhisker.of(report).stream())
                        .toList(),
                served.filter(model -> model.variants().size() > 1)
                        .map(experiments)
                        .map(ExperimentView::of));
    }

    private static String task(ServedModel model) {
        return "%s, %d classes"
                .formatted(
                        model.task().kind().name().toLowerCase(Locale.ROOT),
                        model.task().labels().size());
    }

    private static List<VariantRow> variants(ServedModel model) {
        Map<String, Integer> shares = model.experiment().shares();
        return model.variants().stream()
                .map(variant -> VariantRow.of(variant, shares))
                .toList();
    }
}
