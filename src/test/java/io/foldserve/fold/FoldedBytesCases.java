package io.foldserve.fold;

import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.GoldenNetworks;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxFixtures;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Every network in training form that is checked in, or that a checked-in formula fills. */
final class FoldedBytesCases {
    private final SortedMap<String, Supplier<Graph>> cases = new TreeMap<>();

    private FoldedBytesCases() {}

    /** The networks by their kind and name, each built when it is asked for. */
    static SortedMap<String, Supplier<Graph>> all() {
        FoldedBytesCases all = new FoldedBytesCases();
        GoldenSystems.all().forEach(system -> all.put("system", system.name(), system::training));
        IslandGoldens.all().forEach((name, island) -> all.put("island", name, island::training));
        GoldenLayersTest.goldens()
                .forEach(layer -> all.put("layer", layer.get("name").asText(), () -> GoldenLayersTest.training(layer)));
        OnnxFixtures.names().forEach(name -> all.put("onnx", name, () -> OnnxReader.read(OnnxFixtures.file(name))));
        all.putModel("digits");
        all.putModel("digit-scenes");
        GoldenNetworks.all().forEach((name, network) -> all.put("architecture", name, network));
        return all.cases;
    }

    private void putModel(String folder) {
        ModelManifest model = ManifestReader.read(Path.of("models", folder));
        model.variants().forEach(variant -> put("model", folder + "-" + variant.name(), () -> build(model, variant)));
    }

    private static Graph build(ModelManifest model, VariantManifest variant) {
        return Architectures.build(
                variant.architecture(),
                new ImageSize(model.input().height(), model.input().width()),
                CheckpointReader.read(variant.checkpoint(), variant.entry()));
    }

    private void put(String kind, String name, Supplier<Graph> training) {
        if (cases.put(kind + "/" + name, training) != null) {
            throw new AssertionError("two networks are called " + kind + "/" + name);
        }
    }
}
