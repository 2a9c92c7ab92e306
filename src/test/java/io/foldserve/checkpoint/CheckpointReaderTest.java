package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fixture comes out as PyTorch, safetensors or MXNet reads it itself. */
class CheckpointReaderTest {

    static Stream<JsonNode> expected() throws IOException {
        List<JsonNode> expected = new ArrayList<>();
        for (String list : List.of("expected.json", "expected-mxnet.json")) {
            new ObjectMapper().readTree(Fixtures.bytes(list)).forEach(expected::add);
        }
        return expected.stream();
    }

    @ParameterizedTest
    @MethodSource("expected")
    void readsWhatTheFrameworkReads(JsonNode expected) {
        Optional<String> entry =
                Optional.of(expected.get("entry")).filter(JsonNode::isTextual).map(JsonNode::textValue);
        Checkpoint checkpoint =
                CheckpointReader.read(Fixtures.path(expected.get("file").textValue()), entry);

        Expectations.assertHolds(checkpoint, expected);
        if (expected.get("path").isTextual()) {
            assertThat(checkpoint.metadata())
                    .containsEntry("entry", expected.get("path").textValue());
        }
    }

    @Test
    void everyAcceptedFixtureIsExpected() throws IOException {
        Set<String> files = expected().map(e -> e.get("file").textValue()).collect(Collectors.toSet());

        assertThat(files).containsExactlyInAnyOrderElementsOf(Fixtures.accepted());
    }

    @Test
    void keepsTheOrderOfTheStateDict() {
        assertThat(CheckpointReader.read(Fixtures.path("state-dict.pth"))
                        .tensors()
                        .keySet())
                .containsExactly(
                        "conv.weight",
                        "conv.bias",
                        "bn.weight",
                        "bn.bias",
                        "bn.running_mean",
                        "bn.running_var",
                        "bn.num_batches_tracked",
                        "fc.weight");
    }

    @Test
    void recordsWhatWasChosenAndWhatElseThereIs() {
        Checkpoint checkpoint = CheckpointReader.read(Fixtures.path("training-protocol2.pt"));

        assertThat(checkpoint.metadata())
                .containsEntry("format", "pytorch")
                .containsEntry("entry", "model")
                .containsEntry("entries", "model,model_ema");
    }

    @Test
    void recordsWhatIsNoTensorInTheStateDict() {
        assertThat(CheckpointReader.read(Fixtures.path("extra-state.pth")).metadata())
                .containsEntry("ignored", "layer._extra_state");
    }

    @Test
    void keepsTheMetadataOfASafetensorsFile() {
        assertThat(CheckpointReader.read(Fixtures.path("types.safetensors")).metadata())
                .containsEntry("format", "safetensors")
                .containsEntry("metadata.format", "pt")
                .containsEntry("metadata.é", "ü");
    }

    @Test
    void readsByContentAndNotByName(@TempDir Path folder) throws IOException {
        Path misnamed = Files.copy(Fixtures.path("types.safetensors"), folder.resolve("types.pth"));

        assertThat(CheckpointReader.read(misnamed).find("f32")).isPresent();
    }

    @Test
    void viewsOfOneStorageShareWhatWasRead() {
        Checkpoint checkpoint = CheckpointReader.read(Fixtures.path("views.pth"));

        assertThat(checkpoint.find("whole").orElseThrow().bytes().isDirect()).isTrue();
        assertThat(checkpoint.find("tail").orElseThrow().bytes().isDirect()).isTrue();
        assertThat(checkpoint.find("transposed").orElseThrow().bytes().isDirect())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"types.safetensors", "types.params", "stream-types.pth", "types.pth", "program-traced.pt"})
    void contiguousTensorsAreNotCopied(String file) {
        CheckpointReader.read(Fixtures.path(file))
                .tensors()
                .forEach((name, tensor) ->
                        assertThat(tensor.bytes().isDirect()).as(name).isTrue());
    }

    @ParameterizedTest
    @CsvSource({
        "state-dict.pth, PYTORCH",
        "stream.pth, PYTORCH",
        "program-scripted.pt, PYTORCH",
        "types.safetensors, PYTORCH",
        "block.params, MXNET"
    })
    void saysWhoseConventionsTheTensorsFollow(String file, Framework framework) {
        assertThat(CheckpointReader.read(Fixtures.path(file)).framework()).isEqualTo(framework);
    }

    @ParameterizedTest
    @CsvSource({"block.params, block", "exported.params, exported", "layout-0.params, exported"})
    void saysOfWhichStyleMxNetsNamesAre(String file, String style) {
        assertThat(CheckpointReader.read(Fixtures.path(file)).metadata()).containsEntry("names", style);
    }

    @Test
    void saysOfWhichUnknownClassesObjectsWerePassedOver() {
        assertThat(CheckpointReader.read(Fixtures.path("lightning-model-2.ckpt"))
                        .metadata()
                        .get("unknown"))
                .contains("training_project.Hyper", "training_project.Config", "datetime.datetime");
    }

    @Test
    void refusesAMissingFileAndAFolder(@TempDir Path folder) {
        for (Path path : List.of(folder, folder.resolve("absent.pth"))) {
            assertThatThrownBy(() -> CheckpointReader.read(path))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(path + ": is not a file");
        }
    }
}
