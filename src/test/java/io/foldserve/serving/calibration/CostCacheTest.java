package io.foldserve.serving.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.cost.CostModel;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.session.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CostCacheTest {
    private static final Machine MACHINE = new Machine("a processor", 4, "1.29.0", 1);
    private static final CostModel COSTS = new CostModel(0.012, 0.01, 0.011, 0.02, 0.1, 0.03, 0.02, 900);

    @TempDir
    private Path directory = Path.of("");

    private final List<String> log = new CopyOnWriteArrayList<>();

    private CostCache cache(Path where) {
        return new CostCache(where, log::add);
    }

    @Test
    void returnsWhatWasKeptAndLeavesNothingElse() throws IOException {
        Path folder = directory.resolve("new").resolve("cache");
        cache(folder).write(MACHINE, COSTS);
        assertThat(cache(folder).read(MACHINE)).contains(COSTS);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).singleElement().satisfies(file -> assertThat(file)
                    .content()
                    .contains("\"processor\" : \"a processor\"", "\"pointwise\" : 0.012"));
        }
        assertThat(log).isEmpty();
    }

    @Test
    void knowsNothingOfOtherMachines() throws IOException {
        cache(directory).write(MACHINE, COSTS);
        for (Machine other : List.of(
                new Machine("another", 4, "1.29.0", 1),
                new Machine("a processor", 2, "1.29.0", 1),
                new Machine("a processor", 4, "1.30.0", 1),
                new Machine("a processor", 4, "1.29.0", 4))) {
            assertThat(cache(directory).read(other)).isEmpty();
            Files.copy(directory.resolve(MACHINE.fileName()), directory.resolve(other.fileName()));
            assertThat(cache(directory).read(other)).as("a file of %s", MACHINE).isEmpty();
        }
        assertThat(log).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not JSON", "{}", "[1, 2]", "null", "{\"machine\": null, \"nanoseconds\": null}"})
    void measuresAgainWhatCannotBeRead(String content) throws IOException {
        Files.writeString(directory.resolve(MACHINE.fileName()), content);
        assertThat(cache(directory).read(MACHINE)).isEmpty();
        assertThat(log).hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.012", "0", "\"NaN\"", "1e300", "1e999", "null", "{}", "12"})
    void measuresAgainWhatMakesNoSense(String price) throws IOException {
        cache(directory).write(MACHINE, COSTS);
        Path file = directory.resolve(MACHINE.fileName());
        Files.writeString(file, Files.readString(file).replace("\"pointwise\" : 0.012", "\"pointwise\" : " + price));
        assertThat(cache(directory).read(MACHINE)).isEmpty();
    }

    @Test
    void measuresAgainWhatIsCutOff() throws IOException {
        cache(directory).write(MACHINE, COSTS);
        Path file = directory.resolve(MACHINE.fileName());
        String whole = Files.readString(file);
        for (int end = 0; end < whole.length() - 1; end += 7) {
            Files.writeString(file, whole.substring(0, end));
            assertThat(cache(directory).read(MACHINE)).isEmpty();
        }
    }

    @Test
    void saysOnceWhenItCannotWrite() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        CostCache cache = cache(file.resolve("below"));
        cache.write(MACHINE, COSTS);
        assertThat(log).singleElement().asString().contains("cannot be kept in " + file);
        assertThat(cache.read(MACHINE)).isEmpty();
    }

    @Test
    void isReplacedInOneStepWhileOthersRead() {
        CostCache cache = cache(directory);
        cache.write(MACHINE, COSTS);
        assertThat(IntStream.range(0, 400).parallel().mapToObj(i -> {
                    if (i % 4 == 0) {
                        cache.write(MACHINE, COSTS);
                    }
                    return cache.read(MACHINE);
                }))
                .allSatisfy(found -> assertThat(found).contains(COSTS));
        assertThat(log).isEmpty();
    }

    @Test
    void sparesTheMeasurement() {
        SessionSettings settings = new SessionSettings(1, false, true);
        CostCache cache = cache(directory);
        cache.write(Machine.current(4, 1), COSTS);
        MachineCosts costSource = new MachineCosts(
                settings,
                4,
                cache,
                () -> {
                    throw new AssertionError("something was timed");
                },
                log::add,
                LoadGate.single());
        assertThat(costSource.costs()).isEqualTo(COSTS);
    }

    @Test
    void isNotWrittenWhenTheMeasurementMakesNoSense() {
        MachineCosts costSource = new MachineCosts(
                new SessionSettings(1, false, true), 4, cache(directory), () -> 0, log::add, LoadGate.single());
        assertThat(costSource.costs()).isEqualTo(CostModel.GENERIC);
        assertThat(log).singleElement().asString().contains("make no sense");
        assertThat(directory).isEmptyDirectory();
    }
}
