package io.foldserve.serving.parity;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.SessionException;
import io.foldserve.tensor.Tensor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Certifies, one after another and in idle moments, that the variants of a model are as fast as its baseline.
 * Thread-safe.
 */
public final class Certifier {
    private static final Logger LOG = Logger.getLogger(Certifier.class);
    private static final int IMAGES = 8;

    private final Catalogue catalogue;
    private final Parity parity;
    private final IntSupplier requests;
    private final Duration longest;
    private final Supplier<RandomGenerator> randoms;
    private volatile boolean stopped;

    /**
     * Has certified nothing yet.
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
    }

    /**
     * Certifies every other variant of {@code model} beside its baseline, if it has one, and keeps the certificates. Is
     * given up when the model is not served any more.
     */
    public void certify(ServedModel model) throws InterruptedException {
        Optional<LoadedVariant> baseline = longest.isZero() ? Optional.empty() : model.baseline();
        for (LoadedVariant variant : model.variants()) {
            if (baseline.isPresent() && !variant.baseline()) {
                certify(model, variant, baseline.orElseThrow());
            }
        }
    }

    private void certify(ServedModel model, LoadedVariant variant, LoadedVariant baseline) throws InterruptedException {
        ProbeImages images = ProbeImages.of(model.task().preprocessing(), IMAGES);
        Optional<ParityCertificate> certificate = certify(
                variant,
                baseline,
                number -> variant.normalised().input(images.normalised(number)),
                () -> catalogue.isServed(model));
        certificate.ifPresent(found -> {
            parity.certify(model.name(), variant.name(), found);
            LOG.infof("%s/%s beside %s: %s", model.name(), variant.name(), baseline.name(), found.verdict());
        });
    }

    /**
     * Times {@code variant} against {@code baseline} in blocks until they say enough or the longest time is over.
     *
     * @param inputs of a run, by a number from 0; both networks take the same
     * @param wanted whether the certificate is still wanted
     * @return empty if the networks are not at hand any more, or fewer than two blocks were timed
     */
    public Optional<ParityCertificate> certify(
            LoadedVariant variant,
            LoadedVariant baseline,
            IntFunction<Map<String, Tensor>> inputs,
            BooleanSupplier wanted)
            throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        BlockTiming timing = new BlockTiming(
                System::nanoTime,
                randoms.get(),
                () -> requests.getAsInt() == 0,
                () -> !stopped && wanted.getAsBoolean() && System.nanoTime() - end < 0);
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
        } catch (SessionException notAtHand) {
            LOG.debugf("%s: %s", variant, notAtHand.getMessage());
        }
        return ratios.shown()
                .map(shown -> ParityCertificate.of(
                        variant.name(), baseline.name(), shown, timing.pairs(), ratios.isPrecise()));
    }

    /** Gives up what is timed, after the run under way, and times nothing any more. */
    public void stop() {
        stopped = true;
    }
}
