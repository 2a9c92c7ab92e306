package io.foldserve.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.NotLoadedException;
import io.foldserve.serving.experiment.Experiments;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.life.AfterLoad;
import io.foldserve.serving.life.ModelLife;
import io.foldserve.serving.load.LoadedModels;
import io.foldserve.serving.meter.ExperimentMeters;
import io.foldserve.serving.meter.MeterName;
import io.foldserve.serving.meter.RequestMeters;
import io.foldserve.serving.meter.VariantMeters;
import io.foldserve.serving.parity.Parity;
import io.foldserve.serving.parity.ShippedPictures;
import io.foldserve.serving.store.ExperimentStore;
import io.foldserve.serving.store.StoreAddress;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantMetersTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Catalogue catalogue = new Catalogue();
    private final Parity parity =
            new Parity(System::nanoTime, Clock.systemUTC(), () -> new SplittableRandom(1), ShippedPictures.none());

    private final AfterLoad afterLoad = new AfterLoad(catalogue, List.of(), () -> 0, pause -> {}, Optional.empty());

    @AfterEach
    void end() {
        afterLoad.close();
    }

    private ModelLife load(Path directory, Duration atLoad) {
        LoadObserver observer = new LoadObserver(
                new VariantMeters(registry, catalogue, parity),
                new RequestMeters(registry),
                parity,
                experiments(directory),
                afterLoad);
        ModelLife life = LoadedModels.life(directory, catalogue, observer);
        life.loadAll();
        ParityAtLoad parityAtLoad = new ParityAtLoad(parity, LoadGate.single(), atLoad);
        catalogue.models().stream().flatMap(entry -> entry.served().stream()).forEach(parityAtLoad::take);
        return life;
    }

    private Experiments experiments(Path directory) {
        return new Experiments(
                catalogue,
                new ExperimentMeters(registry),
                new ExperimentStore(StoreAddress.embedded(directory)),
                100,
                () -> 0);
    }

    private double gauge(MeterName name, String... tags) {
        return registry.get(name.id()).tags(tags).gauge().value();
    }

    @Test
    void aLoadedModelHasEveryGaugeOfTheDesign(@TempDir Path directory) throws IOException {
        LoadedModels.copy("digits", directory, "digits");

        load(directory, Duration.ofMillis(20));

        String[] doconv = {"model", "digits", "variant", "doconv"};
        assertThat(gauge(MeterName.VARIANT_READY, doconv)).isEqualTo(1);
        assertThat(gauge(MeterName.FOLD_ERROR, doconv)).isBetween(1e-12, 2e-5);
        assertThat(form(MeterName.FOLD_PARAMETERS, "training"))
                .isGreaterThan(form(MeterName.FOLD_PARAMETERS, "folded"));
        assertThat(form(MeterName.FOLD_MACS, "training")).isGreaterThan(form(MeterName.FOLD_MACS, "folded"));
        double low = gauge(MeterName.PARITY_LATENCY_RATIO_LOW, doconv);
        double high = gauge(MeterName.PARITY_LATENCY_RATIO_HIGH, doconv);
        assertThat(gauge(MeterName.PARITY_LATENCY_RATIO, doconv)).isBetween(low, high);
        assertThat(registry.get(MeterName.FOLD_LAYERS.id()).tags(doconv).gauges())
                .extracting(meter -> meter.getId().getTag("rule"))
                .doesNotContainNull()
                .isNotEmpty();
        assertThat(registry.find(MeterName.PARITY_LATENCY_RATIO.id())
                        .tag("variant", "baseline")
                        .gauge())
                .isNull();

        catalogue.close();
        assertThat(gauge(MeterName.VARIANT_READY, doconv)).isZero();
    }

    private double form(MeterName name, String form) {
        return gauge(name, "model", "digits", "variant", "doconv", "form", form);
    }

    @Test
    void theRatioHasNoValueUntilItIsMeasured(@TempDir Path directory) throws IOException {
        LoadedModels.copy("digits", directory, "digits");

        load(directory, Duration.ZERO);

        assertThat(gauge(MeterName.PARITY_LATENCY_RATIO, "variant", "doconv")).isNaN();
        parity.measure(catalogue.find("digits").orElseThrow().expectServed(), Duration.ofMillis(1));
        assertThat(gauge(MeterName.PARITY_LATENCY_RATIO, "variant", "doconv")).isPositive();
        catalogue.close();
    }

    @Test
    void aVariantOfAFailedModelIsNotReady(@TempDir Path directory) throws IOException {
        Path folder = LoadedModels.copy("digits", directory, "digits");
        LoadedModels.edit(
                folder,
                "{ name: cifar-resnet20, classes: 10, channels: 1 }, traffic: 50 }",
                "{ name: cifar-resnet20, classes: 10, channels: 3 }, traffic: 50 }");

        load(directory, Duration.ZERO);

        assertThat(gauge(MeterName.VARIANT_READY, "variant", "doconv")).isZero();
        assertThat(gauge(MeterName.VARIANT_READY, "variant", "baseline")).isZero();
    }

    @Test
    void everyRegisteredMeterIsDocumentedWithExactlyItsTags(@TempDir Path directory) throws IOException {
        LoadedModels.copy("digits", directory, "digits");

        load(directory, Duration.ofMillis(1));

        for (Meter meter : registry.getMeters()) {
            // The simple registry shows each histogram bucket as a gauge of its own.
            if (meter.getId().getTag("le") == null) {
                MeterName name = Arrays.stream(MeterName.values())
                        .filter(documented ->
                                documented.id().equals(meter.getId().getName()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("undocumented " + meter.getId()));
                assertThat(meter.getId().getTags().stream().map(Tag::getKey).collect(Collectors.toSet()))
                        .isEqualTo(Set.copyOf(name.tags()));
            }
        }
        catalogue.close();
    }

    @Test
    void everyFolderHasItsStateUntilItIsGone(@TempDir Path directory) throws IOException {
        Path folder = LoadedModels.copy("digits", directory, "digits");
        Path broken = LoadedModels.copy("digits", directory, "broken");
        LoadedModels.edit(broken, "task: classification", "task: guessing");
        ModelLife life = load(directory, Duration.ZERO);

        assertThat(states("digits")).containsExactly("ready");
        assertThat(states("broken")).containsExactly("failed");

        LoadedModels.edit(folder, "labels: labels.txt", "labels: absent.txt");
        assertThatThrownBy(() -> life.load("digits")).isInstanceOf(NotLoadedException.class);
        assertThat(states("digits")).containsExactlyInAnyOrder("ready", "stale");

        life.unload("digits");
        assertThat(states("digits")).containsExactly("unloaded");
        assertThat(registry.find(MeterName.FOLD_ERROR.id())
                        .tag("model", "digits")
                        .gauge())
                .isNull();

        Files.delete(folder.resolve("model.yaml"));
        assertThatThrownBy(() -> life.load("digits"))
                .isInstanceOf(NotLoadedException.class)
                .hasMessageContaining("no model.yaml");
        assertThat(registry.find(MeterName.MODEL_STATE.id())
                        .tag("model", "digits")
                        .gauges())
                .isEmpty();
        assertThat(registry.find(MeterName.VARIANT_READY.id())
                        .tag("model", "digits")
                        .gauges())
                .isEmpty();
        catalogue.close();
    }

    @Test
    void aModelThatIsLoadedAnewTellsOfItself(@TempDir Path directory) throws IOException {
        Path folder = LoadedModels.copy("digits", directory, "digits");
        ModelLife life = load(directory, Duration.ZERO);
        double before = form(MeterName.FOLD_PARAMETERS, "training");
        assertThat(before).isGreaterThan(form(MeterName.FOLD_PARAMETERS, "folded"));
        LoadedModels.edit(folder, "resnet20-doconv.pth", "resnet20.safetensors");

        life.load("digits");

        assertThat(form(MeterName.FOLD_PARAMETERS, "training")).isLessThan(before);
        catalogue.close();
    }

    private List<String> states(String model) {
        return registry.get(MeterName.MODEL_STATE.id()).tag("model", model).gauges().stream()
                .filter(gauge -> gauge.value() == 1)
                .map(gauge -> gauge.getId().getTag("state"))
                .toList();
    }
}
