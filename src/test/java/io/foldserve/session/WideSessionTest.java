package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.graph.Graph;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.load.LoadedModels;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WideSessionTest {
    private static final SessionSettings WIDE = new SessionSettings(2, false, true);

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
    void isKeptWhereItAnswersSooner() throws InterruptedException {
        try (ModelSession wide = found(6, 10).orElseThrow()) {
            assertThat(wide.run(images.pixels(0))).isEqualTo(proved.run(images.pixels(0)));
        }
    }

    @Test
    void isGivenUpWhereItGainsLittle() throws InterruptedException {
        assertThat(found(9, 10)).isEmpty();
    }

    @Test
    void isGivenUpWhereItAnswersLater() throws InterruptedException {
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

    private static Optional<ModelSession> found(long wideNanos, long provedNanos) throws InterruptedException {
        List<Map<String, Tensor>> inputs = List.of(images.pixels(0), images.pixels(1));
        return WideSession.of(network, proved, WIDE, inputs, new ScriptedClock(wideNanos, provedNanos), Runnable::run);
    }

    /** Says that every run of the wide session takes {@code wide} nanoseconds, and of the other {@code proved}. */
    private static final class ScriptedClock implements LongSupplier {
        private final long wide;
        private final long proved;
        private int readings;
        private long now;

        ScriptedClock(long wide, long proved) {
            this.wide = wide;
            this.proved = proved;
        }

        /** The runs take turns, and each is between two readings. */
        @Override
        public long getAsLong() {
            int reading = readings++ % 4;
            now += reading == 1 ? wide : reading == 3 ? proved : 0;
            return now;
        }
    }
}
