package io.foldserve.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The model folders of the benchmarks, written below {@code target/benchmark}. */
final class Workspace {
    private static final Path ROOT = Path.of("target", "benchmark");
    private static final long SEED = 20061203;

    private Workspace() {}

    /** A models directory of its own with a ResNet-50 at 224×224, DO-Conv and plain. */
    static Path resNet50() throws IOException {
        Path models = ROOT.resolve("resnet50-models");
        write(models, "resnet50", "resnet50", 224, 1000, "resize: { shorterSide: 256 }, crop: center,", true);
        write(models, "resnet50", RandomNetworks.resNet50(true), RandomNetworks.resNet50(false));
        return models;
    }

    /** A models directory with a ResNet-18 at 224×224 and a ResNet-20 at 32×32, both DO-Conv. */
    static Path small() throws IOException {
        Path models = ROOT.resolve("small-models");
        write(models, "resnet18", "resnet18", 224, 1000, "resize: { shorterSide: 256 }, crop: center,", false);
        write(models, "resnet18", RandomNetworks.resNet18(true), List.of());
        write(models, "resnet20", "cifar-resnet20", 32, 10, "", false);
        write(models, "resnet20", RandomNetworks.resNet20(true), List.of());
        return models;
    }

    private static void write(
            Path models, String model, List<SafetensorsFile.Entry> doConv, List<SafetensorsFile.Entry> plain)
            throws IOException {
        SafetensorsFile.write(models.resolve(model).resolve("doconv.safetensors"), doConv, SEED);
        if (!plain.isEmpty()) {
            SafetensorsFile.write(models.resolve(model).resolve("plain.safetensors"), plain, SEED);
        }
    }

    private static void write(
            Path models, String model, String architecture, int size, int classes, String resize, boolean baseline)
            throws IOException {
        Path folder = Files.createDirectories(models.resolve(model));
        String network = "architecture: { name: %s, classes: %d }".formatted(architecture, classes);
        String plain = baseline
                ? "  baseline: { checkpoint: plain.safetensors, %s, baseline: true }%n".formatted(network)
                : "";
        Files.writeString(folder.resolve("model.yaml"), """
                task: classification
                labels: labels.txt
                input: { width: %d, height: %d, colour: rgb, %s mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
                variants:
                  doconv: { checkpoint: doconv.safetensors, %s }
                %s""".formatted(size, size, resize, network, plain));
        Files.writeString(
                folder.resolve("labels.txt"),
                IntStream.range(0, classes).mapToObj(i -> "class " + i).collect(Collectors.joining("\n")));
    }
}
