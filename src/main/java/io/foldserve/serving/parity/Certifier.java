package io.foldserve.serving.parity;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.SessionException;
import io.foldserve.tensor.Tensor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Certifies, one after another and in idle moments, that the variants of the models that were loaded are as fast as
 * their baselines. Owns its thread. Thread-safe.
 */
public final class Certifier implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Certifier.class);
    private static final int IMAGES = 8;

    private final Catalogue catalogue;
    private final Parity parity;
    private final IntSupplier requests;
    private final Duration longest;
    private final Supplier<RandomGenerator> randoms;
    private final LinkedBlockingQueue<String> models = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Waits for models.
     *
     * @param parity where certificates are kept
     * @param requests how many requests are accepted and not answered
     * @param longest how long each variant is timed at most; zero certifies nothing
     * @param randoms gives each certificate its generator, for the order of runs
     */
    public Certifier(
            Catalogue catalogue,
            Parity parity,
            IntSupplier requests,
            Duration longest,
            Supplier<RandomGenerator> randoms) {
        this.catalogue = catalogue;
        this.parity = parity;
        this.requests = requests;
        this.longest = longest;
        this.randoms = randoms;
        this.thread = new Thread(this::work, "foldserve-parity");
        thread.setDaemon(true);
        thread.start();
    }

    /** Asks for the certificates of {@code model}, once it is served. */
    public void loaded(String model) {
        if (!longest.isZero()) {
            models.add(model);
        }
    }

    private void work() {
        try {
            while (!closed) {
                String model = models.take();
                awaitServed(model);
                try (ModelLease lease = catalogue.lease(model)) {
                    certify(lease.model());
                } catch (UnknownNameException | NotReadyException gone) {
                    LOG.debugf("%s: not served any more, and not certified", model);
                } catch (RuntimeException failure) {
                    LOG.warnf("%s: parity is not certified: %s", model, failure.getMessage());
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** A model is asked for just before it is put into the catalogue, and while others may still load. */
    private void awaitServed(String model) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(10).toNanos();
        while (!closed
                && System.nanoTime() - end < 0
                && !(catalogue.isSettled()
                        && catalogue
                                .find(model)
                                .flatMap(entry -> entry.served())
                                .isPresent())) {
            Thread.sleep(100);
        }
    }

    private void certify(ServedModel model) throws InterruptedException {
        Optional<LoadedVariant> baseline = model.baseline();
        for (LoadedVariant variant : model.variants()) {
            if (baseline.isPresent() && !variant.baseline()) {
                certify(model, variant, baseline.orElseThrow());
            }
        }
    }

    private void certify(ServedModel model, LoadedVariant variant, LoadedVariant baseline) throws InterruptedException {
        ProbeImages images = ProbeImages.of(model.task().preprocessing(), IMAGES);
        Optional<ParityCertificate> certificate =
                certify(variant, baseline, number -> variant.normalised().input(images.normalised(number)));
        certificate.ifPresent(found -> {
            parity.certify(model.name(), variant.name(), found);
            LOG.infof("%s/%s beside %s: %s", model.name(), variant.name(), baseline.name(), found.verdict());
        });
    }

    /**
     * Times {@code variant} against {@code baseline} in blocks until they say enough or the longest time is over.
     *
     * @param inputs of a run, by a number from 0; both networks take the same
     * @return empty if the networks are not at hand any more, or fewer than two blocks were timed
     */
    public Optional<ParityCertificate> certify(
            LoadedVariant variant, LoadedVariant baseline, IntFunction<Map<String, Tensor>> inputs)
            throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        BlockTiming timing = new BlockTiming(
                System::nanoTime,
                randoms.get(),
                () -> requests.getAsInt() == 0,
                () -> !closed && System.nanoTime() - end < 0);
        BlockRatios ratios = new BlockRatios();
        try {
            while (!ratios.isEnough()) {
                OptionalDouble ratio =
                        timing.ratio(variant.normalised()::openAnother, baseline.normalised()::openAnother, inputs);
                if (ratio.isEmpty()) {
                    break;
                }
                ratios.add(ratio.getAsDouble());
            }
        } catch (SessionException | NotReadyException notAtHand) {
            LOG.debugf("%s: %s", variant, notAtHand.getMessage());
        }
        return ratios.shown()
                .map(shown -> ParityCertificate.of(
                        variant.name(), baseline.name(), shown, timing.pairs(), ratios.isPrecise()));
    }

    /** Ends after the run under way. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
