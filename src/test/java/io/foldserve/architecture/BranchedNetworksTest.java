package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.checkpoint.Checkpoint;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RepVGG and MobileOne against timm's; made by src/test/golden/branched_networks.py. */
class BranchedNetworksTest {

    static Stream<Arguments> cases() {
        return StreamSupport.stream(
                        ArchitecturesGoldenTest.read("branched_networks").spliterator(), false)
                .map(golden -> Arguments.of(golden.get("name").asText(), golden));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void answersAsTimmDoes(String name, JsonNode golden) {
        ArchitecturesGoldenTest.assertAnswers(golden, ArchitecturesGoldenTest.build(golden));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isFoundByItsTensors(String name, JsonNode golden) {
        Checkpoint checkpoint = FormulaCheckpoint.of(golden);

        ArchitectureFit first = ArchitectureSearch.rank(checkpoint).get(0);

        assertThat(first.isExact()).isTrue();
        assertThat(first.name()).isEqualTo(golden.at("/declared/name").asText());
        assertThat(first.options()).containsEntry("classes", 7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stage1.1.rbr_identity.weight",
                "stage2.0.rbr_1x1.conv.weight",
                "stage2.1.rbr_1x1.bn.running_var",
                "stage3.1.rbr_dense.bn.bias"
            })
    void refusesABranchThatLacksATensor(String tensor) {
        List<String> problems = DeclaredNetwork.golden("branched_networks", "RepVGG, the authors' names")
                .without(tensor)
                .problems();

        assertThat(problems).singleElement().asString().contains(tensor + " is missing");
    }

    @Test
    void checksTheDeclaredBlocksAndWidths() {
        DeclaredNetwork network = DeclaredNetwork.golden("branched_networks", "RepVGG, the authors' names");

        assertThat(network.option("blocks", List.of(2, 3, 2, 1))
                        .option("widths", List.of(8, 8, 16, 24, 32))
                        .build()
                        .nodes())
                .isNotEmpty();
        assertThat(network.option("blocks", List.of(2, 4, 2, 1))
                        .option("widths", List.of(8, 8, 16, 24, 48))
                        .problems())
                .containsExactly(
                        "stage2 has 3 blocks, blocks says 4: leave blocks out to take the checkpoint's",
                        "stage4 has 32 channels, widths says 48: leave widths out to take the checkpoint's");
    }
}
