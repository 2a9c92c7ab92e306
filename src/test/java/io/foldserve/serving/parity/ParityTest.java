package io.foldserve.serving.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.graph.Graph;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.load.LoadedModels;
import io.foldserve.serving.measure.LatencyRatio;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParityTest {
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    private Catalogue catalogue = new Catalogue();

    @BeforeAll
    void load() {
        catalogue = LoadedModels.load(LoadedModels.BUNDLED);
    }

    @AfterAll
    void close() {
        catalogue.close();
    }

    private static final ShippedPictures PICTURES =
            new ShippedPictures(model -> Optional.of(LoadedModels.BUNDLED.resolve(model)));

    private static Parity parity() {
        return new Parity(System::nanoTime, Clock.fixed(NOW, ZoneOffset.UTC), () -> new SplittableRandom(1), PICTURES);
    }

    private ServedModel model(String name) {
        return catalogue.find(name).orElseThrow().expectServed();
    }

    @Test
    void aFoldedDoConvNetworkHasTheStructureAndSizeOfItsBaseline() {
        for (String name : List.of("digits", "digit-scenes")) {
            List<ParityReport> reports = parity().measure(model(name), Duration.ZERO);

            assertThat(reports).hasSize(1);
            ParityReport report = reports.get(0);
            assertThat(report.variant()).isEqualTo("doconv");
            assertThat(report.baseline()).isEqualTo("baseline");
            assertThat(report.differences()).isEmpty();
            assertThat(report.sameStructure()).isTrue();
            assertThat(report.variantSize()).isEqualTo(report.baselineSize());
            assertThat(report.agreement().orElseThrow().images()).isBetween(60, 64);
            assertThat(report.agreement().orElseThrow().agreement()).isGreaterThan(0.8);
            assertThat(report.certificate()).isEmpty();
            assertThat(report.latency()).isEmpty();
            assertThat(report.measuredAt()).isEqualTo(NOW);
        }
    }

    @Test
    void latenciesAreMeasuredOnTheServedSessions() {
        Parity parity = parity();

        ParityReport report =
                parity.measure(model("digits"), Duration.ofMillis(50)).get(0);

        LatencyRatio ratio = report.latency().orElseThrow();
        assertThat(ratio.pairs()).isGreaterThanOrEqualTo(5);
        assertThat(ratio.low()).isPositive().isLessThanOrEqualTo(ratio.median());
        assertThat(ratio.high()).isGreaterThanOrEqualTo(ratio.median());
        assertThat(parity.latest("digits", "doconv")).contains(report);
        assertThat(parity.latest("digits", "baseline")).isEmpty();
        assertThat(parity.latest("digit-scenes")).isEmpty();
    }

    @Test
    void networksOfDifferentStructureAreToldApart() {
        LoadedVariant digits = model("digits").variants().get(0);
        LoadedVariant wider =
                digits(StructureOnly.of(model("digit-scenes").variants().get(0).structure()), digits);
        ServedModel mixed = ServedModel.of(
                "mixed",
                model("digits").task(),
                List.of(wider, model("digits").baseline().orElseThrow()));

        ParityReport report = parity().measure(mixed, Duration.ZERO).get(0);

        assertThat(report.sameStructure()).isFalse();
        assertThat(report.differences()).isNotEmpty();
    }

    private static LoadedVariant digits(Graph structure, LoadedVariant digits) {
        return new LoadedVariant(
                digits.model(),
                digits.name(),
                digits.baseline(),
                digits.share(),
                digits.facts(),
                digits.report(),
                structure,
                digits.folded(),
                digits.session(),
                digits.normalised(),
                digits.scores());
    }

    @Test
    void aModelWithoutBaselineIsNotCompared() {
        ServedModel digits = model("digits");
        ServedModel alone = ServedModel.of(
                "alone", digits.task(), List.of(digits.variant("doconv").orElseThrow()));

        assertThat(parity().measure(alone, Duration.ZERO)).isEmpty();
    }

    @Test
    void aSecondMeasurementIsRefusedWhileOneIsUnderWay() {
        Parity[] parity = new Parity[1];
        AtomicBoolean refused = new AtomicBoolean();
        Thread other = new Thread(() -> {
            try {
                parity[0].measure(model("digits"), Duration.ZERO);
            } catch (ParityBusyException e) {
                refused.set(true);
            }
        });
        // The generator is asked for in the middle of a measurement.
        parity[0] = new Parity(
                System::nanoTime,
                Clock.systemUTC(),
                () -> {
                    other.start();
                    join(other);
                    return new SplittableRandom(1);
                },
                PICTURES);

        parity[0].measure(model("digits"), Duration.ofNanos(1));

        assertThat(refused).isTrue();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aMeasurementThatFailsDoesNotBlockTheNext() {
        Parity parity = new Parity(
                System::nanoTime,
                Clock.systemUTC(),
                () -> {
                    throw new IllegalStateException("no generator");
                },
                PICTURES);

        assertThatThrownBy(() -> parity.measure(model("digits"), Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(parity.measure(model("digits"), Duration.ZERO)).hasSize(1);
    }
}
