package io.foldserve.fold;

import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The networks that {@code src/test/golden/systems.py} wrote: ONNX files in training form, and what PyTorch makes of
 * them.
 */
final class GoldenSystems {
    private static final Path FOLDER = Path.of("src/test/resources/io/foldserve/fold/systems");

    /**
     * One network.
     *
     * @param stays true if what it is a case of must not fold
     * @param gain by how much more than magnitudes its activations amplify a rounding error
     * @param unknown operators that the evaluator does not know: only ONNX Runtime can tell what the folded network
     *     computes
     * @param structure what has to be left, as {@link FoldedStructure} writes it
     * @param reasons parts of sentences that have to be among what was declined
     */
    record Case(
            String name,
            String system,
            boolean stays,
            double gain,
            List<String> unknown,
            List<String> structure,
            List<String> reasons) {
        /** Copies the lists. */
        Case {
            unknown = List.copyOf(unknown);
            structure = List.copyOf(structure);
            reasons = List.copyOf(reasons);
        }

        Graph training() {
            return OnnxReader.read(FOLDER.resolve(name + ".onnx"));
        }

        Tensor input() {
            return tensor("x").orElseThrow();
        }

        /** PyTorch's float64 outputs. */
        List<double[]> outputs() {
            List<double[]> outputs = new ArrayList<>();
            for (Optional<Tensor> y = tensor("y0"); y.isPresent(); y = tensor("y" + outputs.size())) {
                outputs.add(y.get().toDoubles());
            }
            return outputs;
        }

        private Optional<Tensor> tensor(String key) {
            Map<String, Tensor> tensors =
                    CheckpointReader.read(FOLDER.resolve(name + ".safetensors")).tensors();
            return Optional.ofNullable(tensors.get(key));
        }

        @Override
        public String toString() {
            return "%s %s: %s".formatted(system, stays ? "stays" : "folds", name);
        }
    }

    private GoldenSystems() {}

    /** All of them, in the order of the manifest. */
    static List<Case> all() {
        try {
            return List.of(Files.readString(FOLDER.resolve("systems.txt")).split("\n\n", -1)).stream()
                    .map(GoldenSystems::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case parse(String paragraph) {
        double gain = values(paragraph, "gain").stream()
                .mapToDouble(Double::parseDouble)
                .findFirst()
                .orElse(1);
        return new Case(
                values(paragraph, "case").get(0),
                values(paragraph, "system").get(0),
                values(paragraph, "verdict").get(0).equals("stays"),
                gain,
                values(paragraph, "unknown"),
                values(paragraph, "expect"),
                values(paragraph, "reason"));
    }

    private static List<String> values(String paragraph, String key) {
        return paragraph
                .lines()
                .filter(line -> line.startsWith(key + " "))
                .map(line -> line.substring(key.length() + 1))
                .toList();
    }
}
