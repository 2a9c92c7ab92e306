package io.foldserve.serving.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.graph.Graph;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WideSessionTest {
    private static final SessionSettings WIDE = new SessionSettings(2, false, true);
    private static final int TIMED_READINGS = 18;

    private static ProbeImages images;
    private static Graph network;
    private static ModelSession proved;

    @BeforeAll
    static void open() {
        ModelManifest digits = ManifestReader.read(LoadedModels.BUNDLED.resolve("digits"));
        images = ProbeImages.of(digits.visionTask().preprocessing(), 2);
        try (LoadedVariant loaded =
                LoadedModels.PIPELINE.load(digits, digits.variants().get(0))) {
            network = loaded.structure();
        }
        proved = ModelSession.open(network, LoadedModels.SETTINGS);
    }

    @AfterAll
    static void close() {
        proved.close();
    }

    @Test
    void isKeptWhereItAnswersSooner() {
        try (ModelSession wide = found(6, 10).orElseThrow()) {
            assertThat(wide.run(images.pixels(0))).isEqualTo(proved.run(images.pixels(0)));
        }
    }

    @Test
    void isGivenUpWhereItGainsLittle() {
        assertThat(found(9, 10)).isEmpty();
    }

    @Test
    void isGivenUpWhereItAnswersLater() {
        assertThat(found(12, 10)).isEmpty();
    }

    @Test
    void givesTheBitsThatTheProvedSessionGives() {
        ModelManifest digits = ManifestReader.read(LoadedModels.BUNDLED.resolve("digits"));
        ProbeImages many = ProbeImages.of(digits.visionTask().preprocessing(), 16);
        try (LoadedVariant loaded =
                        LoadedModels.PIPELINE.load(digits, digits.variants().get(0));
                ModelSession one = ModelSession.open(loaded.structure(), LoadedModels.SETTINGS);
                ModelSession two = ModelSession.open(loaded.structure(), WIDE)) {
            for (int probe = 0; probe < many.count(); probe++) {
                assertThat(two.run(many.pixels(probe))).isEqualTo(one.run(many.pixels(probe)));
            }
        }
    }

    private static Optional<ModelSession> found(long wideNanos, long provedNanos) {
        return WideSession.of(network, proved, WIDE, images, new ScriptedClock(wideNanos, provedNanos));
    }

    /** Says that every run takes {@code first} nanoseconds, and after all of the first session's {@code second}. */
    private static final class ScriptedClock implements LongSupplier {
        private final long first;
        private final long second;
        private int readings;
        private long now;

        ScriptedClock(long first, long second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public long getAsLong() {
            now += readings++ < TIMED_READINGS ? first : second;
            return now;
        }
    }
}
