package io.foldserve.serving;

import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.experiment.Experiments;
import io.foldserve.serving.life.AfterLoad;
import io.foldserve.serving.life.LifeObserver;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.meter.RequestMeters;
import io.foldserve.serving.meter.VariantMeters;
import io.foldserve.serving.parity.Parity;

/**
 * Registers a model's meters as it loads, has done what follows its load, and takes back what was known of it when it
 * goes. Thread-safe.
 */
final class LoadObserver implements LifeObserver {
    private final VariantMeters variantMeters;
    private final RequestMeters requestMeters;
    private final Parity parity;
    private final Experiments experiments;
    private final AfterLoad afterLoad;

    /** Hands models that serve over to {@code afterLoad}. */
    LoadObserver(
            VariantMeters variantMeters,
            RequestMeters requestMeters,
            Parity parity,
            Experiments experiments,
            AfterLoad afterLoad) {
        this.variantMeters = variantMeters;
        this.requestMeters = requestMeters;
        this.parity = parity;
        this.experiments = experiments;
        this.afterLoad = afterLoad;
    }

    @Override
    public void listed(String model) {
        variantMeters.listed(model);
    }

    @Override
    public void declared(ModelManifest model) {
        variantMeters.declared(model);
    }

    @Override
    public void loaded(ServedModel model) {
        model.variants().forEach(variant -> requestMeters.announce(model.name(), variant.name()));
        experiments.loaded(model);
        variantMeters.loaded(model);
    }

    @Override
    public void served(String model) {
        afterLoad.changed(model);
    }

    @Override
    public void unloaded(String model) {
        variantMeters.unloaded(model);
        parity.forget(model);
        afterLoad.changed(model);
    }

    @Override
    public void forgotten(String model) {
        experiments.forgotten(model);
        variantMeters.forgotten(model);
    }
}
