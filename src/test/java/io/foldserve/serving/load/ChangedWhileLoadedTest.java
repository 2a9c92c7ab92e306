package io.foldserve.serving.load;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.onnx.OnnxFixtures;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files that are truncated or overwritten at the border of any two phases of a load: the right model or a refusal,
 * never the end of the process.
 */
class ChangedWhileLoadedTest {
    private static final String ARCHITECTURE = "architecture: { name: cifar-resnet20, classes: 10, channels: 1 },";
    private static final String DIGIT = "width: 32, height: 32, colour: grey, mean: [0.7], std: [0.25]";
    private static final String SMALL =
            "width: 12, height: 16, colour: rgb, mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.1]";
    private static final String WEIGHTS = "weights.bin";

    private final Path folder;

    ChangedWhileLoadedTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** What is loaded, and which of its files is changed. */
    private enum Kind {
        PYTORCH("resnet20-doconv.pth", "resnet20-doconv.pth"),
        SAFETENSORS("resnet20.safetensors", "resnet20.safetensors"),
        ONNX("network.onnx", "network.onnx"),
        EXTERNAL_DATA("external.onnx", WEIGHTS);

        private final String checkpoint;
        private final String changed;

        Kind(String checkpoint, String changed) {
            this.checkpoint = checkpoint;
            this.changed = changed;
        }

        private boolean isOnnx() {
            return checkpoint.endsWith(".onnx");
        }
    }

    /** How a file is changed. */
    private enum Change {
        EMPTIED {
            @Override
            void of(FileChannel file) throws IOException {
                file.truncate(0);
            }
        },
        HALVED {
            @Override
            void of(FileChannel file) throws IOException {
                file.truncate(file.size() / 2);
            }
        },
        OVERWRITTEN {
            @Override
            void of(FileChannel file) throws IOException {
                file.write(ByteBuffer.allocate((int) file.size()), 0);
            }
        };

        abstract void of(FileChannel file) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void isTheRightModelOrARefusalWheneverItHappens(Kind kind) throws IOException {
        write(kind);
        Map<String, Tensor> right =
                outcome(kind, Change.EMPTIED, Integer.MAX_VALUE).orElseThrow();
        int refused = 0;
        int served = 0;
        int looks = looks(kind);
        for (int look = 0; look < looks; look++) {
            Change change = Change.values()[look % Change.values().length];
            write(kind);
            Optional<Map<String, Tensor>> outcome = outcome(kind, change, look);
            if (outcome.isPresent()) {
                assertThat(outcome.get()).as("%s at look %d", change, look).isEqualTo(right);
                served++;
            } else {
                refused++;
            }
        }

        // The clock is first looked at before the file is opened, and for the second time when it is read.
        assertThat(refused).isEqualTo(1);
        assertThat(served).isEqualTo(looks - 1).isGreaterThan(10);
    }

    /** How often the clock is looked at: when a phase begins and when it ends. */
    private int looks(Kind kind) {
        AtomicInteger looks = new AtomicInteger();
        load(kind, () -> looks.incrementAndGet()).close();
        return looks.get();
    }

    /** What it says of a picture; empty if it is refused, and that in words for people. */
    private Optional<Map<String, Tensor>> outcome(Kind kind, Change change, int atLook) {
        AtomicInteger looks = new AtomicInteger();
        ProbeImages images =
                ProbeImages.of(ManifestReader.read(folder).visionTask().preprocessing(), 1);
        try (LoadedVariant loaded = load(kind, () -> {
            if (looks.getAndIncrement() == atLook) {
                change(folder.resolve(kind.changed), change);
            }
            return looks.get();
        })) {
            return Optional.of(loaded.session().shared().run(images.pixels(0)));
        } catch (InvalidInputException refused) {
            assertThat(refused.problems()).isNotEmpty().noneMatch(problem -> problem.contains("Exception"));
            return Optional.empty();
        }
    }

    private LoadedVariant load(Kind kind, LongSupplier clock) {
        ModelManifest manifest = ManifestReader.read(folder);
        VariantManifest variant = manifest.variants().get(0);
        double tolerance = kind.isOnnx() ? 1e-4 : 2e-5;
        return new LoadPipeline(LoadedModels.SETTINGS, 1, CostSource.GENERIC, tolerance, 1, clock)
                .load(manifest, variant);
    }

    private static void change(Path file, Change change) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            change.of(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Kind kind) throws IOException {
        Files.writeString(
                folder.resolve("labels.txt"), kind.isOnnx() ? "a\nb\nc\nd\ne\n" : "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        Files.writeString(folder.resolve("model.yaml"), """
                task: classification
                labels: labels.txt
                input: { %s }
                variants:
                  only: { checkpoint: %s, %s traffic: 1, baseline: true }
                """.formatted(
                        kind.isOnnx() ? SMALL : DIGIT, kind.checkpoint, kind.isOnnx() ? "" : ARCHITECTURE));
        if (kind == Kind.EXTERNAL_DATA) {
            writeExternal();
        } else {
            Path whole = kind == Kind.ONNX
                    ? OnnxFixtures.file("do-conv-matmul-dynamo.onnx")
                    : LoadedModels.BUNDLED.resolve("digits").resolve(kind.checkpoint);
            Files.copy(whole, folder.resolve(kind.checkpoint), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The same network, but that its weights lie in a file beside it. */
    private void writeExternal() throws IOException {
        ModelProto.Builder model =
                ModelProto.parseFrom(Files.readAllBytes(OnnxFixtures.file("do-conv-matmul-dynamo.onnx"))).toBuilder();
        ByteString data = ByteString.EMPTY;
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            if (tensor.getRawData().isEmpty()) {
                continue;
            }
            List.of(
                            StringStringEntryProto.newBuilder()
                                    .setKey("location")
                                    .setValue(WEIGHTS),
                            StringStringEntryProto.newBuilder().setKey("offset").setValue(String.valueOf(data.size())),
                            StringStringEntryProto.newBuilder()
                                    .setKey("length")
                                    .setValue(String.valueOf(tensor.getRawData().size())))
                    .forEach(tensor::addExternalData);
            data = data.concat(tensor.getRawData());
            tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
        }
        Files.write(folder.resolve(WEIGHTS), data.toByteArray());
        Files.write(folder.resolve("external.onnx"), model.build().toByteArray());
    }
}
