package io.foldserve.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.life.ModelFolders;
import io.foldserve.serving.life.ModelLife;
import io.foldserve.serving.load.LoadPipeline;
import io.foldserve.serving.load.LoadedModels;
import io.foldserve.serving.load.ModelLoader;
import io.foldserve.serving.request.Cores;
import io.foldserve.session.ElasticSession;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decided depends on the machine; {@code WideSessionTest} has it under a clock of its own. */
class AllCoresTest {
    private static final LoadPipeline ON_ONE_OF_TWO =
            new LoadPipeline(LoadedModels.SETTINGS, 2, CostSource.GENERIC, 2e-5, 2, System::nanoTime);

    private static Catalogue digits(Path directory) throws IOException {
        LoadedModels.copy("digits", directory, "digits");
        Catalogue catalogue = new Catalogue();
        ModelLoader loader = new ModelLoader(List.of(), ON_ONE_OF_TWO, LoadGate.single());
        new ModelLife(new ModelFolders(directory), loader, catalogue, LoadedModels.NOBODY).loadAll();
        return catalogue;
    }

    @Test
    void everyVariantIsDecidedAndTheCoresAreFreeAgain(@TempDir Path directory) throws Exception {
        Cores cores = new Cores(2, () -> 1);
        try (Catalogue catalogue = digits(directory)) {
            new AllCores(catalogue, cores, () -> 0, Duration.ZERO)
                    .take(catalogue.expect("digits").expectServed());

            ElasticSession session =
                    catalogue.expect("digits").expectServed().variants().get(0).session();
            assertThat(session.sharedThreads()).isEqualTo(1);
            assertThat(session.aloneThreads()).isBetween(1, 2);
            assertThat(cores.<Boolean>alone(() -> true)).isTrue();
        }
    }

    @Test
    void aModelThatIsNotServedAnyMoreIsLeft(@TempDir Path directory) throws Exception {
        try (Catalogue catalogue = digits(directory);
                ModelLease lease = catalogue.lease("digits")) {
            catalogue.remove("digits");

            assertThatThrownBy(() ->
                            new AllCores(catalogue, new Cores(2, () -> 1), () -> 0, Duration.ZERO).take(lease.model()))
                    .isInstanceOf(NotReadyException.class);
        }
    }

    @Test
    void nothingIsTimedWhileSeveralRequestsAreThere(@TempDir Path directory) throws Exception {
        AtomicInteger requests = new AtomicInteger(2);
        try (Catalogue catalogue = digits(directory)) {
            AllCores decision = new AllCores(catalogue, new Cores(2, () -> 1), requests::get, Duration.ZERO);
            CompletableFuture<Boolean> decided = CompletableFuture.supplyAsync(() -> {
                try {
                    decision.take(catalogue.expect("digits").expectServed());
                    return true;
                } catch (InterruptedException interruption) {
                    return false;
                }
            });
            Thread.sleep(300);
            assertThat(decided.isDone()).isFalse();

            requests.set(1);

            assertThat(decided.get(2, TimeUnit.MINUTES)).isTrue();
        }
    }
}
