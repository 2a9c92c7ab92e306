package io.foldserve.serving.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.load.LoadedModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AfterLoadTest {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private AfterLoad afterLoad(Catalogue catalogue, AtomicInteger requests, AfterLoad.Step... steps) {
        return new AfterLoad(
                catalogue,
                List.of(steps),
                requests::get,
                pause -> heard.add(pause ? "tidy" : "tidy in traffic"),
                Optional.empty());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 400 && !condition.getAsBoolean(); i++) {
            Thread.sleep(25);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private AfterLoad.Step hear(String step) {
        return model -> heard.add(step + " " + model.name());
    }

    private static Catalogue digits(Path directory) throws IOException {
        LoadedModels.copy("digits", directory, "digits");
        return LoadedModels.load(directory);
    }

    @Test
    void everyStepIsTakenInOrderBetweenTwoTidyings(@TempDir Path directory) throws Exception {
        try (Catalogue catalogue = digits(directory);
                AfterLoad after = afterLoad(catalogue, new AtomicInteger(), hear("first"), hear("second"))) {
            after.changed("digits");

            await(() -> heard.size() == 4);
            assertThat(heard).containsExactly("tidy", "first digits", "second digits", "tidy");
        }
    }

    @Test
    void whatTakesLongKeepsNoOtherModelWaiting(@TempDir Path directory) throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AfterLoad.Step slow = model -> {
            goOn.await();
            heard.add("slow " + model.name());
        };
        try (Catalogue catalogue = digits(directory);
                AfterLoad after = new AfterLoad(
                        catalogue,
                        List.of(hear("quick")),
                        () -> 0,
                        pause -> {},
                        Optional.of(afterLoad(catalogue, new AtomicInteger(), slow)))) {
            after.changed("digits");
            await(() -> heard.size() == 2);
            after.changed("digits");
            await(() -> heard.size() == 3);
            assertThat(heard).containsExactlyInAnyOrder("quick digits", "tidy", "quick digits");

            goOn.countDown();

            await(() -> heard.contains("slow digits"));
        }
    }

    @Test
    void aStepWaitsForAPauseInTheTraffic(@TempDir Path directory) throws Exception {
        AtomicInteger requests = new AtomicInteger(1);
        try (Catalogue catalogue = digits(directory);
                AfterLoad after = afterLoad(catalogue, requests, hear("step"))) {
            after.changed("digits");
            Thread.sleep(200);
            assertThat(heard).isEmpty();

            requests.set(0);

            await(() -> heard.contains("step digits"));
        }
    }

    @Test
    void trafficWithoutAPauseDelaysNothingForEver(@TempDir Path directory) throws Exception {
        try (Catalogue catalogue = digits(directory);
                AfterLoad after = afterLoad(catalogue, new AtomicInteger(1), hear("step"))) {
            after.changed("digits");

            await(() -> heard.contains("step digits"));
            assertThat(heard).startsWith("tidy in traffic");
        }
    }

    @Test
    void nothingIsDoneBeforeTheModelsOfAStartHaveComeToTheirEnd() throws Exception {
        try (Catalogue catalogue = new Catalogue();
                AfterLoad after = afterLoad(catalogue, new AtomicInteger(), hear("step"))) {
            catalogue.list(List.of("digits"));
            after.changed("digits");

            Thread.sleep(200);

            assertThat(heard).isEmpty();
        }
    }

    @Test
    void aModelThatIsGoneIsTidiedUpAfter(@TempDir Path directory) throws Exception {
        try (Catalogue catalogue = digits(directory);
                AfterLoad after = afterLoad(catalogue, new AtomicInteger(), hear("step"))) {
            catalogue.remove("digits");
            after.changed("digits");

            await(() -> heard.size() == 2);
            assertThat(heard).containsExactly("tidy", "tidy");
        }
    }

    @Test
    void aStepThatFailsEndsNeitherTheThreadNorTheModel(@TempDir Path directory) throws Exception {
        try (Catalogue catalogue = digits(directory);
                AfterLoad after = afterLoad(catalogue, new AtomicInteger(), model -> {
                    heard.add("fails");
                    throw new IllegalStateException("a step failed");
                })) {
            after.changed("digits");
            await(() -> heard.size() == 3);
            after.changed("digits");

            await(() -> heard.size() == 6);
            assertThat(heard).containsExactly("tidy", "fails", "tidy", "tidy", "fails", "tidy");
            assertThat(catalogue.isReady("digits", "doconv")).isTrue();
        }
    }
}
