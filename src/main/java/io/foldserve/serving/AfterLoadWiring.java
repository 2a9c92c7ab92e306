package io.foldserve.serving;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.life.AfterLoad;
import io.foldserve.serving.life.ModelFolders;
import io.foldserve.serving.parity.Certifier;
import io.foldserve.serving.parity.Parity;
import io.foldserve.serving.parity.ShippedPictures;
import io.foldserve.serving.request.Cores;
import io.foldserve.serving.request.RequestQueue;
import io.foldserve.session.NativeMemory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Makes what follows a load, in its order: the comparison with the baseline, the choice of a second session, and the
 * certificates of parity.
 */
@ApplicationScoped
class AfterLoadWiring {
    private static final long PARITY_SEED = 2026;

    /** Between two moments in which runs are timed. */
    private static final Duration REST = Duration.ofMillis(400);

    @Produces
    @Singleton
    Parity parity(ServingConfig config) {
        ModelFolders folders = new ModelFolders(config.models());
        return new Parity(
                System::nanoTime,
                Clock.systemUTC(),
                () -> new SplittableRandom(PARITY_SEED),
                new ShippedPictures(folders::find));
    }

    @Produces
    @Singleton
    Certifier certifier(ServingConfig config, Catalogue catalogue, Parity parity, RequestQueue queue) {
        return new Certifier(catalogue, parity, queue::present, config.parity().certificate(), SplittableRandom::new);
    }

    @Produces
    @Singleton
    Cores sharedCores(ServingConfig config, RequestQueue queue) {
        return new Cores(ServingWiring.cores(config), queue::present);
    }

    @Produces
    @Singleton
    AfterLoad afterLoad(
            ServingConfig config,
            Catalogue catalogue,
            Parity parity,
            Certifier certifier,
            LoadGate gate,
            Cores cores,
            RequestQueue queue) {
        AfterLoad.Tidying nothing = inAPause -> {};
        AfterLoad certificates = new AfterLoad(
                catalogue,
                List.of(certifier::certify),
                queue::present,
                AfterLoadWiring::giveMemoryBack,
                Optional.empty());
        AfterLoad allCores = new AfterLoad(
                catalogue,
                List.of(new AllCores(catalogue, cores, queue::present, REST)),
                queue::present,
                nothing,
                Optional.of(certificates));
        return new AfterLoad(
                catalogue,
                List.of(new ParityAtLoad(parity, gate, config.parity().atLoad())),
                queue::present,
                AfterLoadWiring::giveMemoryBack,
                Optional.of(allCores));
    }

    /**
     * Loads leave the heap far larger than answering needs it, and a larger one is slower: it is cleaned while nothing
     * runs, for that stops every thread, for some 80 ms on a live heap of 30 MB.
     */
    private static void giveMemoryBack(boolean inAPause) {
        if (inAPause) {
            System.gc();
        }
        NativeMemory.giveBack();
    }
}
