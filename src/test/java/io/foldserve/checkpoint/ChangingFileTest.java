package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are truncated or overwritten before, while and after they are read: a refusal, never the end of the
 * process.
 */
class ChangingFileTest {
    private static final int ELEMENTS = 2 << 20;

    private final Path folder;

    ChangingFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void keepsItsTensorsWhenTheFileIsTruncatedAfterwards() throws IOException {
        Path file = written();
        Tensor tensor = CheckpointReader.read(file).find("w").orElseThrow();

        truncate(file, 0);

        assertThat(tensor.bytes().getFloat(4 * (ELEMENTS - 1))).isEqualTo(ELEMENTS - 1f);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 8, 40, 4096, 1 << 20, 8 << 20})
    void refusesAFileThatWasTruncatedBefore(long size) throws IOException {
        Path file = written();
        truncate(file, size);

        assertThatThrownBy(() -> CheckpointReader.read(file)).isInstanceOf(InvalidInputException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100, 1 << 20})
    void refusesARegionThatIsNotThereAnyMore(long size) throws IOException {
        Path file = written();
        FileBytes bytes = FileBytes.open(file);
        truncate(file, size);

        assertThatThrownBy(() -> bytes.slice(2 << 20, 4 << 20))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("was changed while it was read: it ends at byte");
        assertThatThrownBy(bytes::close).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void refusesAFileThatWasTruncatedBetweenItsLastRegionAndItsEnd() throws IOException {
        Path file = written();
        FileBytes bytes = FileBytes.open(file);
        ByteBuffer region = bytes.slice(0, 4 << 20);
        truncate(file, 100);

        assertThat(region.getLong(0)).isPositive();
        assertThatThrownBy(bytes::close).hasMessageContaining("has 100 bytes, had");
    }

    @Test
    void refusesAFileThatWasOverwrittenInPlace() throws IOException {
        Path file = written();
        FileBytes bytes = FileBytes.open(file);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 1000);
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));

        assertThatThrownBy(bytes::close).hasMessageContaining("was changed while it was read: it was written to");
    }

    @Test
    void readsAFileThatAnotherOneReplacesByRenaming() throws IOException {
        Path file = written();
        FileBytes bytes = FileBytes.open(file);
        Path other = Files.write(folder.resolve("other"), new byte[3]);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(bytes.slice(0, 2 << 20).remaining()).isEqualTo(2 << 20);
        bytes.close();
        assertThat(Files.size(file)).isEqualTo(3);
    }

    @Test
    void readsAFileAsAWholeThatNamesItsBytesOverAndOver() throws IOException {
        Path file = written();
        try (FileBytes bytes = FileBytes.open(file)) {
            for (int i = 0; i < 1000; i++) {
                assertThat(bytes.slice(i, 6 << 20).remaining()).isEqualTo(6 << 20);
            }
        }
    }

    @Test
    void neverDiesOfAFileThatIsTruncatedAndWrittenAgainAllTheTime() throws IOException, InterruptedException {
        Path file = written();
        AtomicBoolean done = new AtomicBoolean();
        SplittableRandom random = new SplittableRandom(8);
        Thread writer = new Thread(() -> {
            while (!done.get()) {
                rewrite(file, random.nextInt(8 << 20), random.nextInt(3000));
            }
        });
        writer.start();
        int refused = 0;
        for (int i = 0; i < 40; i++) {
            try {
                assertThat(CheckpointReader.read(file)
                                .find("w")
                                .orElseThrow()
                                .shape()
                                .size())
                        .isEqualTo(ELEMENTS);
            } catch (InvalidInputException refusal) {
                refused++;
            }
        }
        done.set(true);
        writer.join();

        assertThat(refused).isPositive();
    }

    /** Small files are read at once, so that only those of the bundled models are met half-read. */
    static Stream<Path> filesOfEveryFormat() {
        return Stream.of(
                Path.of("models/digits/resnet20-doconv.pth"),
                Path.of("models/digits/resnet20.safetensors"),
                Path.of("models/digit-scenes/unet.pth"),
                Fixtures.path("stream.pth"),
                Fixtures.path("program-traced.pt"),
                Fixtures.path("exported.params"),
                Fixtures.path("state-dict.safetensors"),
                Fixtures.path("keras/keras2-whole.h5"),
                Fixtures.path("keras/keras3.keras"),
                Fixtures.path("tensorflow/lone.index"));
    }

    @ParameterizedTest
    @MethodSource("filesOfEveryFormat")
    void isTheSameOrRefusedWhileAnotherProcessTruncatesAndWritesIt(Path original) throws Exception {
        byte[] whole = Files.readAllBytes(original);
        Path file = Files.write(folder.resolve(String.valueOf(original.getFileName())), whole);
        if (original.endsWith("lone.index")) {
            String data = "lone.data-00000-of-00001";
            Files.copy(original.resolveSibling(data), folder.resolve(data));
        }
        Map<String, Tensor> right = CheckpointReader.read(file).tensors();
        SplittableRandom random = new SplittableRandom(whole.length);
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            while (!done.get()) {
                rewrite(file, whole, random.nextInt(whole.length), random.nextInt(1, 3_000_000));
            }
        });
        writer.start();
        int refused = 0;
        for (int i = 0; i < 60; i++) {
            try {
                assertThat(CheckpointReader.read(file).tensors()).isEqualTo(right);
            } catch (InvalidInputException refusal) {
                assertThat(refusal.problems()).noneMatch(problem -> problem.contains("Exception"));
                refused++;
            }
        }
        done.set(true);
        writer.join();

        assertThat(refused).isPositive();
    }

    private static void rewrite(Path file, byte[] whole, int size, int pause) {
        try {
            truncate(file, size);
            Thread.sleep(pause / 1_000_000, pause % 1_000_000);
            Files.write(file, whole);
            Thread.sleep(pause / 1_000_000, pause % 1_000_000);
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void rewrite(Path file, int size, int pause) {
        try {
            truncate(file, size);
            Thread.sleep(0, pause);
            written();
            Thread.sleep(0, pause);
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            out.truncate(size);
        }
    }

    private Path written() throws IOException {
        byte[] header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
                .formatted(ELEMENTS, 4 * ELEMENTS)
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + header.length + 4 * ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(header.length).put(header);
        for (int i = 0; i < ELEMENTS; i++) {
            all.putFloat(i);
        }
        return Files.write(folder.resolve("w.safetensors"), all.array());
    }
}
