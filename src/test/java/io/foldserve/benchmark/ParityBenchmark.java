package io.foldserve.benchmark;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.load.LoadedModels;
import io.foldserve.serving.parity.Certifier;
import io.foldserve.serving.parity.Parity;
import io.foldserve.serving.parity.ParityCertificate;
import io.foldserve.serving.parity.ShippedPictures;
import io.foldserve.serving.probe.ProbeImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * How often a network is certified to be as fast as itself, which it is: 20 certificates, each from sessions of its
 * own.
 */
public final class ParityBenchmark {
    private static final int RUNS = 20;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private ParityBenchmark() {}

    /** Prints every certificate, and how many say that the network is as fast as itself. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("foldserve-parity");
        LoadedModels.copy("digits", directory, "digits");
        Parity parity = new Parity(System::nanoTime, Clock.systemUTC(), SplittableRandom::new, ShippedPictures.none());
        int equivalent = 0;
        int precise = 0;
        try (Catalogue catalogue = LoadedModels.load(directory)) {
            Certifier certifier = new Certifier(catalogue, parity, () -> 0, LONGEST, SplittableRandom::new);
            ServedModel model = catalogue.expect("digits").expectServed();
            LoadedVariant baseline = model.baseline().orElseThrow();
            ProbeImages images = ProbeImages.of(model.task().preprocessing(), 8);
            for (int run = 1; run <= RUNS; run++) {
                Optional<ParityCertificate> found = certifier.certify(
                        baseline,
                        baseline,
                        number -> baseline.normalised().input(images.normalised(number)),
                        () -> true);
                ParityCertificate certificate = found.orElseThrow();
                equivalent += certificate.equivalent() ? 1 : 0;
                precise += certificate.precise() ? 1 : 0;
                System.out.printf("%2d: %s%n", run, certificate.verdict());
            }
        }
        System.out.printf(
                "%d of %d certificates call the network as fast as itself; the intervals of %d lie within ±2 %%%n",
                equivalent, RUNS, precise);
        System.exit(0);
    }
}
