package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureSearchTest {

    private static List<ArchitectureFit> exact(String name) {
        JsonNode golden = ArchitecturesGoldenTest.goldens()
                .filter(found -> found.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
        return ArchitectureSearch.rank(FormulaCheckpoint.of(golden)).stream()
                .filter(ArchitectureFit::isExact)
                .toList();
    }

    static Stream<Arguments> named() {
        return ArchitecturesGoldenTest.goldens()
                .filter(golden -> golden.get("declared").has("name"))
                .map(golden -> Arguments.of(golden.get("name").asText(), golden));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void findsTheArchitectureOfEveryGoldenCheckpoint(String name, JsonNode golden) {
        String trained = golden.at("/declared/name").asText();

        assertThat(ArchitectureSearch.rank(FormulaCheckpoint.of(golden)))
                .filteredOn(ArchitectureFit::isExact)
                .anyMatch(fit -> fit.name().equals(trained) || fit.alsoNamed().contains(trained));
    }

    @Test
    void namesThatBuildTheSameNetworkAreSaidToBeTheSame() {
        assertThat(exact("resnet18 mixed of width 16")).first().satisfies(fit -> {
            assertThat(fit.name()).isEqualTo("resnet18");
            assertThat(fit.alsoNamed()).containsExactly("resnet18-v1", "resnet18-v1b");
            assertThat(fit.options()).isEqualTo(Map.of("classes", 10, "width", 16));
        });
    }

    @Test
    void namesThatBuildAnotherNetworkOfTheSameTensorsStandApart() {
        List<ArchitectureFit> fits = exact("resnet50 plain of width 16");

        assertThat(fits).extracting(ArchitectureFit::name).startsWith("resnet50", "resnet50-v1");
        assertThat(fits.get(0).alsoNamed()).containsExactly("resnet50-v1b");
        assertThat(fits.get(1).alsoNamed()).isEmpty();
    }
}
