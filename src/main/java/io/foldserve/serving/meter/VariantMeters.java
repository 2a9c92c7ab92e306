package io.foldserve.serving.meter;

import io.foldserve.fold.result.Size;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.VariantFacts;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.serving.parity.Parity;
import io.foldserve.serving.parity.ParityReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Registers the gauges of variants: readiness, fold, proof, parity. Thread-safe. */
public final class VariantMeters {
    private final MeterRegistry registry;
    private final Catalogue catalogue;
    private final Parity parity;

    /** Registers in {@code registry} gauges that read {@code catalogue} and {@code parity}. */
    public VariantMeters(MeterRegistry registry, Catalogue catalogue, Parity parity) {
        this.registry = registry;
        this.catalogue = catalogue;
        this.parity = parity;
    }

    /** The readiness of each declared variant, which is 0 until it is served. */
    public void declared(ModelManifest model) {
        model.variants().forEach(variant -> {
            Tags tags = tags(model.name(), variant.name());
            gauge(MeterName.VARIANT_READY, tags, () -> catalogue.isReady(model.name(), variant.name()) ? 1 : 0);
        });
    }

    /** What is known of each loaded variant, and its latency ratio, which has no value until it is measured. */
    public void loaded(ServedModel model) {
        model.variants().forEach(variant -> {
            fold(variant);
            if (model.baseline().isPresent() && !variant.baseline()) {
                parity(variant);
            }
        });
    }

    private void fold(LoadedVariant variant) {
        Tags tags = tags(variant.model(), variant.name());
        VariantFacts facts = variant.facts();
        variant.report()
                .layersByRule()
                .forEach((rule, layers) ->
                        gauge(MeterName.FOLD_LAYERS, tags.and(key(MeterName.FOLD_LAYERS), rule), () -> layers));
        size(tags, "training", facts.training());
        size(tags, "folded", facts.folded());
        gauge(MeterName.FOLD_ERROR, tags, () -> facts.proof().foldError());
    }

    private void size(Tags tags, String form, Size size) {
        gauge(MeterName.FOLD_PARAMETERS, tags.and(key(MeterName.FOLD_PARAMETERS), form), size::parameters);
        gauge(MeterName.FOLD_MACS, tags.and(key(MeterName.FOLD_MACS), form), size::macs);
    }

    /** The key of the tag that follows model and variant. */
    private static String key(MeterName name) {
        return name.tags().get(2);
    }

    private void parity(LoadedVariant variant) {
        ratio(MeterName.PARITY_LATENCY_RATIO, variant, LatencyRatio::median);
        ratio(MeterName.PARITY_LATENCY_RATIO_LOW, variant, LatencyRatio::low);
        ratio(MeterName.PARITY_LATENCY_RATIO_HIGH, variant, LatencyRatio::high);
    }

    private void ratio(MeterName name, LoadedVariant variant, ToDoubleFunction<LatencyRatio> part) {
        gauge(name, tags(variant.model(), variant.name()), () -> parity.latest(variant.model(), variant.name())
                .flatMap(ParityReport::latency)
                .map(part::applyAsDouble)
                .orElse(Double.NaN));
    }

    private void gauge(MeterName name, Tags tags, Supplier<Number> value) {
        Gauge.builder(name.id(), value).description(name.meaning()).tags(tags).register(registry);
    }

    private static Tags tags(String model, String variant) {
        List<String> keys = MeterName.VARIANT_READY.tags();
        return Tags.of(keys.get(0), model, keys.get(1), variant);
    }
}
