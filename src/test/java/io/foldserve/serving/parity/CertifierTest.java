package io.foldserve.serving.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.load.LoadedModels;
import io.foldserve.serving.probe.ProbeImages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the bundled digits; what is fast enough is {@code ParityBenchmark}'s business. */
class CertifierTest {
    private static Parity parity() {
        return new Parity(System::nanoTime, Clock.systemUTC(), () -> new SplittableRandom(1), ShippedPictures.none());
    }

    private static Catalogue digits(Path directory) throws IOException {
        LoadedModels.copy("digits", directory, "digits");
        return LoadedModels.load(directory);
    }

    @Test
    void aModelIsCertifiedAndTheReportHasIt(@TempDir Path directory) throws IOException, InterruptedException {
        Parity parity = parity();
        try (Catalogue catalogue = digits(directory)) {
            Certifier certifier =
                    new Certifier(catalogue, parity, () -> 0, Duration.ofSeconds(3), () -> new SplittableRandom(1));
            ServedModel model = catalogue.expect("digits").expectServed();
            parity.measure(model, Duration.ZERO);

            certifier.certify(model);

            ParityCertificate certificate =
                    parity.latest("digits").get(0).certificate().orElseThrow();
            assertThat(certificate.blocks()).isGreaterThanOrEqualTo(2);
            assertThat(certificate.pairs()).isGreaterThanOrEqualTo(15 * certificate.blocks());
            assertThat(certificate.low()).isLessThanOrEqualTo(certificate.ratio());
            assertThat(certificate.high()).isGreaterThanOrEqualTo(certificate.ratio());
            assertThat(certificate.verdict()).contains("of %d blocks".formatted(certificate.blocks()));
        }
    }

    @Test
    void nothingIsTimedWhileARequestIsThere(@TempDir Path directory) throws IOException, InterruptedException {
        AtomicInteger requests = new AtomicInteger(1);
        try (Catalogue catalogue = digits(directory)) {
            Certifier certifier = new Certifier(
                    catalogue, parity(), requests::get, Duration.ofMillis(300), () -> new SplittableRandom(1));
            ServedModel model = catalogue.expect("digits").expectServed();
            LoadedVariant doconv = model.expectVariant("doconv");
            ProbeImages images = ProbeImages.of(model.task().preprocessing(), 2);

            Optional<ParityCertificate> certificate = certifier.certify(
                    doconv,
                    model.baseline().orElseThrow(),
                    number -> doconv.normalised().input(images.normalised(number)),
                    () -> true);

            assertThat(certificate).isEmpty();
        }
    }

    @Test
    void aModelThatIsNotServedAnyMoreIsNotCertified(@TempDir Path directory) throws IOException, InterruptedException {
        Parity parity = parity();
        try (Catalogue catalogue = digits(directory)) {
            Certifier certifier =
                    new Certifier(catalogue, parity, () -> 0, Duration.ofSeconds(30), () -> new SplittableRandom(1));
            try (ModelLease lease = catalogue.lease("digits")) {
                parity.measure(lease.model(), Duration.ZERO);
                catalogue.remove("digits");

                certifier.certify(lease.model());
            }

            assertThat(parity.latest("digits").get(0).certificate()).isEmpty();
        }
    }
}
