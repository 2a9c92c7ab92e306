package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large files, sparse on disk, cost memory once, and not heap. */
class LargeFileTest {
    private static final int MEGABYTE = 1 << 20;

    /** What reading may allocate whatever the file's size; generous, since classes are loaded meanwhile. */
    private static final long SMALL = 20L * MEGABYTE;

    private final Path folder;

    LargeFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aHundredMegabytesOfSafetensorsAreNotCopied() throws IOException {
        Path file = safetensors("w", 25 * MEGABYTE, "tail", 1);

        long before = allocated();
        Checkpoint checkpoint = CheckpointReader.read(file);

        assertThat(allocated() - before).isLessThan(SMALL);
        assertThat(checkpoint.find("w").orElseThrow().shape().size()).isEqualTo(25 * MEGABYTE);
    }

    @Test
    void aHundredMegabytesOfPyTorchAreNotCopied() throws IOException {
        int elements = 25 * MEGABYTE;
        Path file = folder.resolve("big.pth");
        writeSparse(file, elements);

        long before = allocated();
        Tensor tensor = CheckpointReader.read(file).find("w").orElseThrow();

        assertThat(allocated() - before).isLessThan(SMALL);
        assertThat(tensor.shape().size()).isEqualTo(elements);
        assertThat(tensor.bytes().getFloat(4 * (elements - 1))).isEqualTo(1f);
    }

    @Test
    void readsBeyondTwoGibibytesTensorByTensor() throws IOException {
        Path file = safetensors("w", 300 * MEGABYTE, "x", 300 * MEGABYTE, "tail", 1);

        Checkpoint checkpoint = CheckpointReader.read(file);

        assertThat(file.toFile().length()).isGreaterThan(2L << 30);
        assertThat(checkpoint.find("tail").orElseThrow().toDoubles()).containsExactly(1.0);
    }

    @Test
    void refusesATensorBeyondTwoGibibytes() throws IOException {
        Path file = safetensors("w", 600 * MEGABYTE);

        assertThatThrownBy(() -> CheckpointReader.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("w: a region beyond 2 GiB cannot be read");
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** FLOAT32 tensors by name and number of elements, all zero but the very last element. */
    private Path safetensors(Object... namesAndSizes) throws IOException {
        StringBuilder header = new StringBuilder("{");
        long end = 0;
        for (int i = 0; i < namesAndSizes.length; i += 2) {
            int size = (Integer) namesAndSizes[i + 1];
            header.append(i == 0 ? "" : ",")
                    .append("\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                            .formatted(namesAndSizes[i], size, end, end + 4L * size));
            end += 4L * size;
        }
        byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("big.safetensors");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(little(8).putLong(json.length).array());
            out.write(json);
            out.seek(8 + json.length + end - 4);
            out.write(little(4).putFloat(1f).array());
        }
        return file;
    }

    /** A small archive whose storage is then widened by a hole: its two sizes and what follows it move. */
    private static void writeSparse(Path file, int elements) throws IOException {
        byte[] pickle = PickleBytes.start()
                .op('}')
                .text("w")
                .rebuild("FloatStorage", "0", elements, 0, new long[] {elements}, new long[] {1})
                .op('s', '.')
                .bytes();
        byte[] small = new StoredZip()
                .add("archive/data.pkl", pickle)
                .add("archive/data/0")
                .bytes();
        int directory = StoredZip.find(small, "PK\1\2", 0);
        int storage = StoredZip.find(small, "PK\1\2", 1);
        int end = StoredZip.find(small, "PK\5\6", 0);
        ByteBuffer patched = ByteBuffer.wrap(small).order(ByteOrder.LITTLE_ENDIAN);
        patched.putInt(storage + 20, 4 * elements).putInt(storage + 24, 4 * elements);
        patched.putInt(end + 16, directory + 4 * elements);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(small, 0, directory);
            out.seek(directory + 4L * elements - 4);
            out.write(little(4).putFloat(1f).array());
            out.write(Arrays.copyOfRange(small, directory, small.length));
        }
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
