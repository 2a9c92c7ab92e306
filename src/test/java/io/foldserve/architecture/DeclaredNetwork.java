package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A declaration and a checkpoint for it, changed step by step: a fixture for tests of what is taken and refused. */
final class DeclaredNetwork {
    private final Map<String, Object> declared = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private ImageSize size = new ImageSize(16, 16);
    private Framework framework = Framework.PYTORCH;

    private DeclaredNetwork() {}

    /** A layer list without tensors yet. */
    static DeclaredNetwork layers(Object... layers) {
        return new DeclaredNetwork().option("layers", List.of(layers));
    }

    /** Nothing declared, no tensors. */
    static DeclaredNetwork empty() {
        return new DeclaredNetwork();
    }

    /** The network and the checkpoint of a golden case. */
    static DeclaredNetwork golden(String family, String name) {
        DeclaredNetwork network = new DeclaredNetwork();
        ArchitecturesGoldenTest.read(family).forEach(golden -> {
            if (golden.get("name").asText().equals(name)) {
                network.declared.putAll(ArchitecturesGoldenTest.declared(golden));
                network.tensors.putAll(FormulaCheckpoint.of(golden).tensors());
            }
        });
        if (network.tensors.isEmpty()) {
            throw new AssertionError("no golden case is called " + name);
        }
        return network.size(64, 64);
    }

    DeclaredNetwork option(String name, Object value) {
        declared.put(name, value);
        return this;
    }

    DeclaredNetwork framework(Framework other) {
        framework = other;
        return this;
    }

    DeclaredNetwork size(int height, int width) {
        size = new ImageSize(height, width);
        return this;
    }

    DeclaredNetwork tensor(String name, int... extents) {
        return tensor(name, FormulaCheckpoint.uniform(Shape.of(extents), name.hashCode(), 0.5, 1.5));
    }

    DeclaredNetwork tensor(String name, Tensor tensor) {
        tensors.put(name, tensor);
        return this;
    }

    DeclaredNetwork without(String... names) {
        List.of(names).forEach(tensors::remove);
        return this;
    }

    /** Every tensor so far under the name that {@code renaming} gives it. */
    DeclaredNetwork renamed(UnaryOperator<String> renaming) {
        Map<String, Tensor> before = new LinkedHashMap<>(tensors);
        tensors.clear();
        before.forEach((name, tensor) -> tensors.put(renaming.apply(name), tensor));
        return this;
    }

    /** Every tensor so far under each of two prefixes. */
    DeclaredNetwork doubled(String one, String other) {
        Map<String, Tensor> before = new LinkedHashMap<>(tensors);
        tensors.clear();
        before.forEach((name, tensor) -> tensors.put(one + name, tensor));
        before.forEach((name, tensor) -> tensors.put(other + name, tensor));
        return this;
    }

    DeclaredNetwork norm(String path, int channels) {
        return tensor(path + ".weight", channels)
                .tensor(path + ".bias", channels)
                .tensor(path + ".running_mean", channels)
                .tensor(path + ".running_var", channels);
    }

    Assembly assemble() {
        return Architectures.assemble(
                Declaration.of(declared), size, new Checkpoint("net.pth", framework, tensors, Map.of()));
    }

    Graph build() {
        return assemble().graph();
    }

    /** All problems of a refusal, which must come. */
    List<String> problems() {
        InvalidInputException refusal = catchThrowableOfType(InvalidInputException.class, this::assemble);
        if (refusal == null) {
            throw new AssertionError("nothing was refused");
        }
        return refusal.problems();
    }
}
