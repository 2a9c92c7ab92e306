package io.foldserve.serving.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.assignment.UnitSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentReaderTest {
    private static final Map<String, Integer> TRAFFIC = traffic();

    private static Map<String, Integer> traffic() {
        Map<String, Integer> traffic = new LinkedHashMap<>();
        traffic.put("doconv", 90);
        traffic.put("baseline", 10);
        return traffic;
    }

    @SuppressWarnings("unchecked")
    private static Experiment read(String yaml) throws IOException {
        return ExperimentReader.read(new YAMLMapper().readValue(yaml, Map.class), TRAFFIC);
    }

    private static List<String> problems(String yaml) {
        try {
            read(yaml);
            return List.of();
        } catch (InvalidInputException e) {
            return e.problems();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readsEveryKey() throws IOException {
        Experiment experiment = read("""
                name: doconv-vs-plain
                unit: header:X-User-Id
                salt: "2026-11"
                shares: { baseline: 60, doconv: 40 }
                shadow: { sample: 0.1 }
                margin: 0.02
                """);

        assertThat(experiment)
                .isEqualTo(new Experiment(
                        "doconv-vs-plain",
                        Optional.of(new UnitSource(UnitSource.Kind.HEADER, "X-User-Id")),
                        "2026-11",
                        Map.of("doconv", 40, "baseline", 60),
                        0.1,
                        0.02));
        assertThat(experiment.variants()).containsExactly("doconv", "baseline");
        assertThat(experiment.key()).isEqualTo("doconv-vs-plain/2026-11");
    }

    @Test
    void aNameIsEnough() throws IOException {
        assertThat(read("name: plain")).isEqualTo(new Experiment("plain", Optional.empty(), "plain", TRAFFIC, 0, 0.01));
    }

    @Test
    void aVariantThatIsNotNamedAmongTheSharesGetsNone() throws IOException {
        assertThat(read("{ name: e, shares: { doconv: 1 } }").shares()).isEqualTo(Map.of("doconv", 1, "baseline", 0));
    }

    @Test
    void namesEveryProblemAtOnce() {
        assertThat(problems("""
                nmae: e
                unit: body:user
                salt: ""
                shares: { doconv: 50, plain: 50 }
                shadow: { sample: 2 }
                margin: 0
                """))
                .containsExactly(
                        "nmae: unknown key, did you mean name?",
                        "unit: expected one of header:NAME, cookie:NAME, query:NAME, found \"body:user\"",
                        "salt: expected text of 1 to 100 characters, found \"\"",
                        "shares.plain: expected one of the variants [doconv, baseline], found none of this name",
                        "shadow.sample: expected a number from 0 to 1, found 2",
                        "margin: expected a number above 0 and at most 1, found 0");
    }

    @Test
    void refusesSharesThatDealNothingAndTheNameOfNoExperiment() {
        assertThat(problems("{ name: e, shares: { doconv: 0 } }"))
                .containsExactly("shares: expected shares that sum to more than 0, found only 0");
        assertThat(problems("{ name: e, shares: { doconv: -1 } }"))
                .containsExactly("shares: expected a mapping from variants to whole numbers from 0 to 1000000, "
                        + "found {doconv=-1}");
        assertThat(problems("{ name: e, shares: {} }")).hasSize(1);
        assertThat(problems("{ name: traffic }"))
                .containsExactly("name: expected another name than traffic, which stands for no experiment");
    }

    @Test
    void aManifestWithoutOneDealsByTraffic(@TempDir Path parent) throws IOException {
        ModelFolder folder = new ModelFolder(parent);
        Path file = folder.path().resolve(ManifestReader.FILE);
        Files.writeString(file, Files.readString(file).replaceFirst("(?m)^experiment:.*$", ""));
        Experiment experiment = ManifestReader.read(folder.path()).experiment();

        assertThat(experiment.isDeclared()).isFalse();
        assertThat(experiment.unit()).isEmpty();
    }

    @Test
    void theManifestsProblemsStandUnderTheirPath(@TempDir Path parent) throws IOException {
        ModelFolder folder = new ModelFolder(parent);
        folder.replace("name: doconv-vs-plain", "margin: 7, name: doconv-vs-plain");

        assertThatThrownBy(() -> ManifestReader.read(folder.path()))
                .hasMessageContaining("experiment.margin: expected a number above 0 and at most 1, found 7");
    }
}
