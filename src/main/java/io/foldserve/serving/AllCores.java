package io.foldserve.serving;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.life.AfterLoad;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.serving.request.Cores;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Decides of each variant, by timing it, whether a request that is alone gets all cores. The runs that are timed have
 * the cores for themselves, so that traffic does not spoil the decision; a request waits for two of them at most.
 * Immutable; thread-safe.
 */
record AllCores(LoadGate gate, Cores cores) implements AfterLoad.Step {
    private static final Logger LOG = Logger.getLogger(AllCores.class);
    private static final int IMAGES = 4;

    @Override
    public void take(ServedModel model) {
        ProbeImages images = ProbeImages.of(model.task().preprocessing(), IMAGES);
        List<Map<String, Tensor>> inputs =
                IntStream.range(0, IMAGES).mapToObj(images::pixels).toList();
        for (LoadedVariant variant : model.variants()) {
            if (gate.alone(() -> decide(variant, inputs))) {
                LOG.infof(
                        "%s: answers sooner on %d threads while a request is alone",
                        variant, variant.session().aloneThreads());
            }
        }
    }

    private boolean decide(LoadedVariant variant, List<Map<String, Tensor>> inputs) {
        try {
            return variant.session()
                    .decide(
                            inputs,
                            System::nanoTime,
                            runs -> cores.alone(() -> {
                                runs.run();
                                return true;
                            }));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
