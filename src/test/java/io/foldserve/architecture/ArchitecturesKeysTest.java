package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every tensor of the state dicts that torchvision's own constructors make, at full width, finds its place. */
class ArchitecturesKeysTest {
    private static final int LARGEST = 412 << 20;

    /** The bytes of every tensor, a file of nothing but a hole: only names and shapes matter here. */
    private static ByteBuffer zeros = ByteBuffer.allocate(0);

    @BeforeAll
    static void mapZeros(@TempDir Path directory) throws IOException {
        try (FileChannel file = FileChannel.open(
                directory.resolve("zeros"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            zeros = file.map(FileChannel.MapMode.READ_WRITE, 0, LARGEST).asReadOnlyBuffer();
        }
    }

    static Stream<Arguments> networks() {
        JsonNode keys = ArchitecturesGoldenTest.read("keys");
        return keys.properties().stream().map(network -> Arguments.of(network.getKey(), network.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void takesEveryTensorOfTorchvisionsNetworkUnderItsName(String name, JsonNode keys) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        keys.properties().forEach(key -> tensors.put(key.getKey(), zeros(key.getKey(), key.getValue())));
        List<String> expected = tensors.keySet().stream()
                .filter(key -> !key.endsWith("num_batches_tracked") && !key.startsWith("aux_classifier"))
                .toList();

        Assembly assembly = Architectures.assemble(
                Declaration.of(Map.of("name", name)),
                new ImageSize(224, 160),
                new Checkpoint(name, Framework.PYTORCH, tensors, Map.of()));

        assertThat(assembly.graph().constants().keySet()).containsAll(expected);
        assertThat(assembly.graph().constants().keySet())
                .filteredOn(constant -> !constant.contains("/"))
                .hasSameSizeAs(expected);
        boolean auxiliary = tensors.keySet().stream().anyMatch(key -> key.startsWith("aux_classifier"));
        assertThat(assembly.notes()).hasSize(auxiliary ? 1 : 0);
    }

    private static Tensor zeros(String name, JsonNode extents) {
        Shape shape = FormulaCheckpoint.shape(extents);
        DType dtype = name.endsWith("num_batches_tracked") ? DType.INT64 : DType.FLOAT32;
        return Tensor.ofBytes(dtype, shape, zeros.duplicate().limit(shape.size() * dtype.bytes()));
    }
}
