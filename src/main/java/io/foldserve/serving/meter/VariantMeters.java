package io.foldserve.serving.meter;

import io.foldserve.fold.result.Size;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelState;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.VariantFacts;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.serving.parity.Parity;
import io.foldserve.serving.parity.ParityReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Registers the gauges of models and their variants: state, readiness, fold, proof, parity; and removes them with what
 * they tell of. Thread-safe.
 */
public final class VariantMeters {
    /** Beside the states of {@link ModelState}: what was loaded before is served. */
    private static final String STALE = "stale";

    private final MeterRegistry registry;
    private final Catalogue catalogue;
    private final Parity parity;

    /** What is registered of each model that exists; guarded by this object's lock, as is the next. */
    private final Map<String, List<Meter>> ofModels = new HashMap<>();

    private final Map<String, List<Meter>> ofLoaded = new HashMap<>();

    /** Registers in {@code registry} gauges that read {@code catalogue} and {@code parity}. */
    public VariantMeters(MeterRegistry registry, Catalogue catalogue, Parity parity) {
        this.registry = registry;
        this.catalogue = catalogue;
        this.parity = parity;
    }

    /** The states of a model's folder. */
    public synchronized void listed(String model) {
        for (String state : ModelState.LABELS) {
            state(model, state, entry -> entry.state().label().equals(state));
        }
        state(
                model,
                STALE,
                entry -> entry.served().isPresent() && entry.reason().isPresent());
    }

    private void state(String model, String state, Predicate<CatalogueEntry> test) {
        List<String> keys = MeterName.MODEL_STATE.tags();
        Tags tags = Tags.of(keys.get(0), model, keys.get(1), state);
        gauge(ofModels, model, MeterName.MODEL_STATE, tags, () -> catalogue
                .find(model)
                .filter(test)
                .map(entry -> 1)
                .orElse(0));
    }

    /** The readiness of each declared variant, which is 0 until it is served. */
    public synchronized void declared(ModelManifest model) {
        model.variants().forEach(variant -> {
            Tags tags = tags(model.name(), variant.name());
            gauge(
                    ofModels,
                    model.name(),
                    MeterName.VARIANT_READY,
                    tags,
                    () -> catalogue.isReady(model.name(), variant.name()) ? 1 : 0);
        });
    }

    /**
     * What is known of each loaded variant, and its latency ratio, which has no value until it is measured; in place of
     * what was known of the model before.
     */
    public synchronized void loaded(ServedModel model) {
        unloaded(model.name());
        model.variants().forEach(variant -> {
            fold(variant);
            if (model.baseline().isPresent() && !variant.baseline()) {
                parity(variant);
            }
        });
    }

    /** Removes what was known of the loaded variants of {@code model}. */
    public synchronized void unloaded(String model) {
        Optional.ofNullable(ofLoaded.remove(model)).orElse(List.of()).forEach(registry::remove);
    }

    /** Removes everything of {@code model}. */
    public synchronized void forgotten(String model) {
        unloaded(model);
        Optional.ofNullable(ofModels.remove(model)).orElse(List.of()).forEach(registry::remove);
    }

    private void fold(LoadedVariant variant) {
        Tags tags = tags(variant.model(), variant.name());
        VariantFacts facts = variant.facts();
        String rule = key(MeterName.FOLD_LAYERS);
        variant.report()
                .layersByRule()
                .forEach((name, layers) ->
                        gauge(variant.model(), MeterName.FOLD_LAYERS, tags.and(rule, name), () -> layers));
        size(variant.model(), tags, "training", facts.training());
        size(variant.model(), tags, "folded", facts.folded());
        gauge(variant.model(), MeterName.FOLD_ERROR, tags, () -> facts.proof().foldError());
    }

    private void size(String model, Tags tags, String form, Size size) {
        Tags parameters = tags.and(key(MeterName.FOLD_PARAMETERS), form);
        gauge(model, MeterName.FOLD_PARAMETERS, parameters, size::parameters);
        gauge(model, MeterName.FOLD_MACS, tags.and(key(MeterName.FOLD_MACS), form), size::macs);
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

    private void ratio(MeterName name, LoadedVariant loaded, ToDoubleFunction<LatencyRatio> part) {
        // Not the loaded variant itself, which the gauge would keep from being collected.
        String model = loaded.model();
        String variant = loaded.name();
        gauge(model, name, tags(model, variant), () -> parity.latest(model, variant)
                .flatMap(ParityReport::latency)
                .map(part::applyAsDouble)
                .orElse(Double.NaN));
    }

    private void gauge(String loaded, MeterName name, Tags tags, Supplier<Number> value) {
        gauge(ofLoaded, loaded, name, tags, value);
    }

    private void gauge(
            Map<String, List<Meter>> registered, String model, MeterName name, Tags tags, Supplier<Number> value) {
        if (registry.find(name.id()).tags(tags).gauge() != null) {
            return;
        }
        Meter meter = Gauge.builder(name.id(), value)
                .description(name.meaning())
                .tags(tags)
                .register(registry);
        registered.computeIfAbsent(model, absent -> new ArrayList<>()).add(meter);
    }

    private static Tags tags(String model, String variant) {
        List<String> keys = MeterName.VARIANT_READY.tags();
        return Tags.of(keys.get(0), model, keys.get(1), variant);
    }
}
