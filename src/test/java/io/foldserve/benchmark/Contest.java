package io.foldserve.benchmark;

import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.GoldenNetworks;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.fold.GraphFolder;
import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxWriter;
import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What both servers are asked to do: the same folded ONNX file behind the same preprocessing of the same picture.
 *
 * @param name the model's name
 * @param folder the model's folder, with the file as {@code folded.onnx}
 * @param picture the posted file
 * @param type its media type
 * @param size the network's input, square
 * @param shorterSide to which the picture is resized before its centre is cropped; 0 to take it as it is
 * @param mask whether the answer is a mask, as a PNG
 */
record Contest(String name, Path folder, Path picture, String type, int size, int shorterSide, boolean mask) {
    private static final Path ROOT = Path.of("target", "benchmark", "rival-models");

    /** ResNet-18 with a photograph, ResNet-20 with an icon, and DeepLabV3 on MobileNetV3 with the photograph. */
    static List<Contest> all() throws IOException {
        Path photo = Photo.write("photo.jpg", "jpg", 500, 375);
        Path icon = Photo.write("icon.png", "png", 32, 32);
        Path trained = Workspace.small();
        return List.of(
                write("resnet18", folded(trained.resolve("resnet18")), photo, "image/jpeg", 224, 256, 1000),
                write("resnet20", folded(trained.resolve("resnet20")), icon, "image/png", 32, 0, 10),
                write("deeplab", deepLab(), photo, "image/jpeg", 256, 256, 6));
    }

    /** Where the folders of all models are. */
    static Path models() {
        return ROOT;
    }

    private static Graph folded(Path folder) {
        ModelManifest manifest = ManifestReader.read(folder);
        ImageSize size =
                new ImageSize(manifest.input().height(), manifest.input().width());
        VariantManifest declared = manifest.variants().get(0);
        if (!(declared.source() instanceof CheckpointSource.Training source)) {
            throw new IllegalArgumentException(declared.checkpoint() + " is no training checkpoint");
        }
        Graph trained = Architectures.build(source.declaration(), size, CheckpointReader.read(declared.checkpoint()));
        return GraphFolder.fold(trained).graph();
    }

    /** With 0.35 of the channels before the head. */
    private static Graph deepLab() {
        return GraphFolder.fold(GoldenNetworks.sized("decoders", "deeplabv3-mobilenet-v3-large plain", 256, 256))
                .graph();
    }

    private static Contest write(
            String name, Graph network, Path picture, String type, int size, int shorterSide, int classes)
            throws IOException {
        Path folder = Files.createDirectories(ROOT.resolve(name));
        Files.write(folder.resolve("folded.onnx"), OnnxWriter.write(network));
        Files.writeString(
                folder.resolve("labels.txt"),
                IntStream.range(0, classes).mapToObj(i -> "class " + i).collect(Collectors.joining("\n")));
        boolean mask = name.equals("deeplab");
        String resize = shorterSide == 0 ? "" : "resize: { shorterSide: %d }, crop: center,".formatted(shorterSide);
        Files.writeString(folder.resolve("model.yaml"), """
            task: %s
            labels: labels.txt
            input: { width: %d, height: %d, colour: rgb, %s mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
            variants:
              folded: { checkpoint: folded.onnx }
            """.formatted(
                        mask ? "segmentation" : "classification", size, size, resize));
        return new Contest(name, folder, picture, type, size, shorterSide, mask);
    }

    /** The answer's media type. */
    String accept() {
        return mask ? "image/png" : "application/json";
    }

    /** The environment of {@code fastapi_server.py}. */
    Map<String, String> environment() {
        return Map.of(
                "MODEL", folder.resolve("folded.onnx").toAbsolutePath().toString(),
                "LABELS", folder.resolve("labels.txt").toAbsolutePath().toString(),
                "SIZE", Integer.toString(size),
                "SHORTER_SIDE", Integer.toString(shorterSide),
                "MASK", mask ? "1" : "0");
    }
}
