package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.foldserve.architecture.ArchitectureSearch;
import io.foldserve.architecture.CheckpointSurvey;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What inspect says of a checkpoint that no manifest declares. */
class CheckpointFileTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int inspect(Path file) {
        return Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), "inspect", file.toString());
    }

    @Test
    void tellsLayersArchitectureAndManifestOfADoConvCheckpoint() throws IOException {
        assertThat(inspect(Path.of("models/digits/resnet20-doconv.pth"))).isZero();

        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .contains("in pytorch's conventions")
                .contains("19 DO-Conv, 1 linear, 19 batch norm")
                .contains("fits cifar-resnet20 {channels=1}")
                .containsPattern("layer1\\.0\\.conv1 +DO-Conv +16×16×9 +1 +9 +3×3\\?");
        JsonNode variant = manifest().path("variants").path("doconv");
        assertThat(variant.path("checkpoint").asText()).isEqualTo("resnet20-doconv.pth");
        assertThat(variant.path("architecture").path("name").asText()).isEqualTo("cifar-resnet20");
        assertThat(variant.path("architecture").path("channels").asInt()).isEqualTo(1);
        assertThat(manifest().path("input").path("colour").asText()).isEqualTo("grey");
        assertThat(manifest().path("task").asText()).isEqualTo("classification");
    }

    @Test
    void recognisesSegmentationAndWhatItsOptionsAre() throws IOException {
        assertThat(inspect(Path.of("models/digit-scenes/unet.pth"))).isZero();

        JsonNode variant = manifest().path("variants").path("baseline");
        assertThat(manifest().path("task").asText()).isEqualTo("segmentation");
        assertThat(variant.path("architecture").path("name").asText()).isEqualTo("unet");
        assertThat(variant.path("architecture").path("classes").asInt()).isEqualTo(11);
    }

    @Test
    void declaresLayerByLayerWhatFitsNoArchitecture(@TempDir Path directory) throws IOException {
        Map<String, List<Integer>> tensors = new LinkedHashMap<>();
        tensors.put("stem.W", List.of(8, 2, 15));
        tensors.put("stem.D", List.of(4, 15, 15));
        tensors.put("stem.bias", List.of(8));
        tensors.put("norm.running_mean", List.of(8));
        tensors.put("norm.running_var", List.of(8));
        tensors.put("body.weight", List.of(6, 8, 3, 3));
        tensors.put("head-1.weight", List.of(5, 6));
        tensors.put("scale.gamma", List.of(6));
        Path file = directory.resolve("net.safetensors");
        Files.write(file, safetensors(tensors));

        assertThat(inspect(file)).isZero();

        assertThat(out.toString())
                .contains("fits none of the known architectures")
                .doesNotContain("nearest is ")
                .containsPattern("stem +DO-Conv +8×2×15 +2 +15 +3×5\\?");
        JsonNode layers = manifest().at("/variants/doconv/architecture/layers");
        assertThat(layers).hasSize(6);
        assertThat(manifest().at("/variants/doconv/architecture/channels").asInt())
                .isEqualTo(4);
        assertThat(out.toString()).contains("        # scale: no layer that can be declared");
        assertThat(layers.get(0).at("/conv/groups").asInt()).isEqualTo(2);
        assertThat(layers.get(0).at("/conv/name").asText()).isEqualTo("stem");
        assertThat(layers.get(0).at("/conv/kernel")).hasToString("[3,5]");
        assertThat(layers.get(2).at("/conv/kernel/1").asInt()).isEqualTo(3);
        assertThat(layers.get(2).at("/conv/bias").asBoolean(true)).isFalse();
        assertThat(layers.get(0).path("conv").has("bias")).isFalse();
        assertThat(layers.get(3).at("/adaptiveAvgPool/output").asInt()).isEqualTo(1);
        assertThat(layers.get(4).asText()).isEqualTo("flatten");
        assertThat(layers.get(5).at("/linear/out").asInt()).isEqualTo(5);
        assertThat(layers.get(5).at("/linear/name").asText()).isEqualTo("head-1");
    }

    @Test
    void flattensOnceAndPoolsNoFeatures(@TempDir Path directory) throws IOException {
        Map<String, List<Integer>> tensors = new LinkedHashMap<>();
        tensors.put("0.weight", List.of(8, 3, 3, 3));
        tensors.put("3.weight", List.of(20, 32));
        tensors.put("4.running_mean", List.of(20));
        tensors.put("4.running_var", List.of(20));
        tensors.put("7.weight", List.of(3, 20));
        Path file = directory.resolve("net.safetensors");
        Files.write(file, safetensors(tensors));

        assertThat(inspect(file)).isZero();

        JsonNode layers = manifest().at("/variants/baseline/architecture/layers");
        List<String> kinds = new ArrayList<>();
        layers.forEach(layer -> kinds.add(
                layer.isTextual() ? layer.asText() : layer.fieldNames().next()));
        assertThat(kinds).containsExactly("conv", "relu", "flatten", "linear", "batchNorm", "relu", "relu", "linear");
    }

    @Test
    void namesTheDifferencesToTheNearestArchitecture() {
        Path file = Path.of("models/digits/resnet20.safetensors");
        Checkpoint whole = CheckpointReader.read(file);
        Map<String, Tensor> tensors = new LinkedHashMap<>(whole.tensors());
        tensors.remove("bn1.weight");
        tensors.put("extra.weight", Objects.requireNonNull(tensors.get("linear.weight")));
        Checkpoint changed = new Checkpoint(whole.source(), whole.framework(), tensors, Map.of());

        new CheckpointFile(file, changed, CheckpointSurvey.layers(changed), ArchitectureSearch.rank(changed))
                .print(new PrintWriter(out, true));

        assertThat(out.toString())
                .contains("fits none of the known architectures")
                .contains("nearest is cifar-resnet20 {channels=1}, but")
                .contains("bn1.weight is missing, the architecture says 16")
                .contains("extra.weight (10×64) is left over");
    }

    @Test
    void padsOddKernelsToKeepTheSizeAndEvenOnesNot(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("net.safetensors");
        Map<String, List<Integer>> tensors = new LinkedHashMap<>();
        tensors.put("0.weight", List.of(8, 3, 5, 3));
        tensors.put("1.weight", List.of(8, 8, 4, 4));
        tensors.put("2.weight", List.of(8, 8, 2, 3));
        Files.write(file, safetensors(tensors));

        assertThat(inspect(file)).isZero();

        assertThat(out.toString())
                .contains("kernel: [5, 3], padding: [2, 1], bias: false, name: \"0\"")
                .contains("kernel: [4, 4], bias: false, name: \"1\"")
                .contains("kernel: [2, 3], padding: [0, 1], bias: false, name: \"2\"");
    }

    @Test
    void refusesWhatIsNoCheckpoint(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("notes.txt");
        Files.writeString(file, "not a checkpoint at all");

        assertThat(inspect(file)).isEqualTo(Commands.REFUSED);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("notes.txt");
    }

    private JsonNode manifest() throws IOException {
        String yaml = out.toString().substring(out.toString().indexOf("# model.yaml"));
        return new ObjectMapper(new YAMLFactory()).readTree(yaml);
    }

    private static byte[] safetensors(Map<String, List<Integer>> tensors) {
        List<String> entries = new ArrayList<>();
        int offset = 0;
        for (Map.Entry<String, List<Integer>> tensor : tensors.entrySet()) {
            int end = offset + 4 * tensor.getValue().stream().reduce(1, (a, b) -> a * b);
            entries.add("\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(tensor.getKey(), tensor.getValue(), offset, end));
            offset = end;
        }
        byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + offset)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }
}
