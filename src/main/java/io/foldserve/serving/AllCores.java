package io.foldserve.serving;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.life.AfterLoad;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.serving.request.Cores;
import io.foldserve.session.ElasticSession;
import io.foldserve.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Decides of each variant, by timing it, whether a request that is alone gets all cores. It is timed while one request
 * at most is there, however long that takes to come, for only then the answer matters; that request waits for two runs
 * at most. Immutable; thread-safe.
 *
 * @param requests how many requests are accepted and not answered
 * @param rest between two moments, after the first few
 */
record AllCores(Catalogue catalogue, Cores cores, IntSupplier requests, Duration rest) implements AfterLoad.Step {
    private static final Logger LOG = Logger.getLogger(AllCores.class);
    private static final int IMAGES = 4;

    @Override
    public void take(ServedModel model) throws InterruptedException {
        ProbeImages images = ProbeImages.of(model.task().preprocessing(), IMAGES);
        List<Map<String, Tensor>> inputs =
                IntStream.range(0, IMAGES).mapToObj(images::pixels).toList();
        for (LoadedVariant variant : model.variants()) {
            if (variant.session().decide(inputs, System::nanoTime, new Turns(this, model))) {
                LOG.infof(
                        "%s: answers sooner on %d threads while a request is alone",
                        variant, variant.session().aloneThreads());
            }
        }
    }

    /**
     * Moments with one request at most: the first as soon as they come, and then one in a while, to come upon better
     * ones. Belongs to one thread.
     */
    private record Turns(AllCores decision, ServedModel model, AtomicInteger taken) implements ElasticSession.Turn {
        private static final int AT_ONCE = 15;
        private static final long MILLIS_BETWEEN_LOOKS = 5;

        Turns(AllCores decision, ServedModel model) {
            this(decision, model, new AtomicInteger());
        }

        @Override
        public void take(Runnable runs) throws InterruptedException {
            do {
                if (taken.getAndIncrement() >= AT_ONCE) {
                    Thread.sleep(decision.rest.toMillis());
                }
                awaitMoment();
                decision.cores.alone(() -> {
                    runs.run();
                    return true;
                });
            } while (isBusy());
        }

        private void awaitMoment() throws InterruptedException {
            while (isBusy()) {
                Thread.sleep(MILLIS_BETWEEN_LOOKS);
            }
        }

        private boolean isBusy() {
            if (!decision.catalogue.isServed(model)) {
                throw new NotReadyException("the model is not served any more");
            }
            return decision.requests.getAsInt() > 1;
        }
    }
}
