package io.foldserve.serving;

import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.experiment.Experiments;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.life.LifeObserver;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.serving.meter.RequestMeters;
import io.foldserve.serving.meter.VariantMeters;
import io.foldserve.serving.parity.Certifier;
import io.foldserve.serving.parity.Parity;
import io.foldserve.serving.parity.ParityBusyException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Registers a model's meters as it loads, compares its variants before its first request, and takes back what was known
 * of it when it goes. Thread-safe.
 */
final class LoadObserver implements LifeObserver {
    private static final Logger LOG = Logger.getLogger(LoadObserver.class);

    private final VariantMeters variantMeters;
    private final RequestMeters requestMeters;
    private final Parity parity;
    private final Experiments experiments;
    private final Certifier certifier;
    private final LoadGate gate;
    private final Duration duration;

    /** Times latencies for {@code duration} for each variant beside a baseline; not at all if it is zero. */
    LoadObserver(
            VariantMeters variantMeters,
            RequestMeters requestMeters,
            Parity parity,
            Experiments experiments,
            Certifier certifier,
            LoadGate gate,
            Duration duration) {
        this.variantMeters = variantMeters;
        this.requestMeters = requestMeters;
        this.parity = parity;
        this.experiments = experiments;
        this.certifier = certifier;
        this.gate = gate;
        this.duration = duration;
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
        compare(model);
        variantMeters.loaded(model);
        certifier.loaded(model.name());
    }

    @Override
    public void unloaded(String model) {
        variantMeters.unloaded(model);
        parity.forget(model);
    }

    @Override
    public void forgotten(String model) {
        experiments.forgotten(model);
        variantMeters.forgotten(model);
    }

    /** A comparison that cannot be made (one on request is under way) does not keep the model from serving. */
    private void compare(ServedModel model) {
        try {
            gate.alone(() -> parity.measure(model, duration))
                    .forEach(report -> LOG.infof(
                            "%s/%s beside %s: %s structure, latency ratio %s",
                            model.name(),
                            report.variant(),
                            report.baseline(),
                            report.sameStructure() ? "same" : "different",
                            report.latency().map(LatencyRatio::toString).orElse("not measured")));
        } catch (ParityBusyException e) {
            LOG.warnf("%s: parity is not measured at load: %s", model.name(), e.getMessage());
        }
    }
}
