package io.foldserve.serving;

import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.life.AfterLoad;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.serving.parity.Parity;
import io.foldserve.serving.parity.ParityBusyException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Compares the variants of a model with its baseline soon after they were loaded. Immutable; thread-safe.
 *
 * @param duration how long latencies are timed for each variant beside a baseline; not at all if it is zero
 */
record ParityAtLoad(Parity parity, LoadGate gate, Duration duration) implements AfterLoad.Step {
    private static final Logger LOG = Logger.getLogger(ParityAtLoad.class);

    /** One on request may be under way, whose reports are as good. */
    @Override
    public void take(ServedModel model) {
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
            LOG.infof("%s: parity is not measured at load: %s", model.name(), e.getMessage());
        }
    }
}
