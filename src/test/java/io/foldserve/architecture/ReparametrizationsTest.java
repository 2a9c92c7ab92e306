package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.architecture.convention.Conventions;
import io.foldserve.architecture.convention.StoredTensors;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that PyTorch computes from stored parts, with PyTorch's own values in {@code reparametrized.json}. */
class ReparametrizationsTest {
    private static Path resource(String name) {
        URL url = Objects.requireNonNull(
                ReparametrizationsTest.class.getResource("/io/foldserve/architecture/" + name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static StoredTensors stored(Map<String, Tensor> tensors) {
        return Conventions.ofPyTorch(new Checkpoint("net.pth", Framework.PYTORCH, tensors, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "weight_norm.weight",
                "weight_norm_of_all.weight",
                "weight_norm_transposed.weight",
                "weight_norm_parametrized.weight",
                "spectral_norm.weight",
                "spectral_norm_transposed.weight",
                "spectral_norm_parametrized.weight",
                "spectral_norm_parametrized_transposed.weight",
                "pruned.weight",
                "pruned_bias.weight",
                "pruned_bias.bias",
                "negated"
            })
    void computesTheWeightThatPyTorchComputes(String name) throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(resource("reparametrized.json").toFile())
                .get(name);
        Tensor tensor = Conventions.ofPyTorch(CheckpointReader.read(resource("reparametrized.pth")))
                .find(name)
                .orElseThrow()
                .elements()
                .get();

        assertThat(tensor.shape()).isEqualTo(FormulaCheckpoint.shape(golden.get("shape")));
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            float expected = golden.get("values").get(i).floatValue();
            assertThat(values[i]).as("%s[%d]", name, i).isBetween(Math.nextDown(expected), Math.nextUp(expected));
        }
    }

    @Test
    void leavesNoPartOver() {
        assertThat(Conventions.ofPyTorch(CheckpointReader.read(resource("reparametrized.pth")))
                        .byName()
                        .keySet())
                .noneMatch(name -> name.matches(".*(_g|_v|_u|_orig|_mask|original.*)"));
    }

    @Test
    void dividesByTheNormOfEachRow() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("fc.weight_g", Tensor.ofFloats(Shape.of(2, 1), 10, 26));
        tensors.put("fc.weight_v", Tensor.ofFloats(Shape.of(2, 2), 3, 4, 5, 12));

        assertThat(stored(tensors).find("fc.weight").orElseThrow().elements().get())
                .isEqualTo(Tensor.ofFloats(Shape.of(2, 2), 6, 8, 10, 24));
    }

    @Test
    void keepsPartsThatDoNotFitTogetherForTheNetworkToRefuse() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("fc.weight_g", Tensor.ofFloats(Shape.of(3, 1), 1, 2, 3));
        tensors.put("fc.weight_v", Tensor.ofFloats(Shape.of(2, 2), 3, 4, 5, 12));

        assertThat(stored(tensors).byName().keySet()).containsExactly("fc.weight_g", "fc.weight_v");
    }

    @Test
    void keepsPartsBesideTheWeightThatTheyMake() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("fc.weight", Tensor.ofFloats(Shape.of(2), 1, 2));
        tensors.put("fc.weight_orig", Tensor.ofFloats(Shape.of(2), 1, 2));
        tensors.put("fc.weight_mask", Tensor.ofFloats(Shape.of(2), 1, 0));

        assertThat(stored(tensors).byName().keySet()).hasSize(3);
    }
}
