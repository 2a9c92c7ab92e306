package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files of Keras and TensorFlow are refused with the one typed error or read, never anything else, and cost
 * memory in proportion to their size. Everything is seeded: a failure's message names the file and the seed that repeat
 * it.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KerasFuzzTest {
    private static final int ROUNDS = 1_500;

    /** The reader's own budget (1 MiB and four files), and 64 files for what it builds while reading. */
    private static final long FLOOR = 2 << 20;

    private static final long FILES = 64;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Path folder;

    /** jHDF warns of whatever it finds odd before it goes on; thousands of damaged files are all odd. */
    private final Logger decoder = Logger.getLogger("io.jhdf");

    KerasFuzzTest(@TempDir Path folder) {
        this.folder = folder;
        decoder.setLevel(Level.OFF);
    }

    private interface Reading {
        Checkpoint read() throws IOException;
    }

    /**
     * The signature is gone from what is shorter than it, and from a file of zip's end record: those are other formats.
     */
    @ParameterizedTest
    @ValueSource(strings = {"float16.weights.h5", "types-latest.weights.h5", "keras2.weights.h5"})
    void everyTruncationIsRefused(String name) {
        byte[] file = Fixtures.bytes("keras/" + name);
        warmUp(() -> Fixtures.read(file));
        int lastByte = file.length;
        while (file[lastByte - 1] == 0) {
            lastByte--;
        }
        for (int length = 0; length < lastByte; length += length < 4_096 ? 1 : 7) {
            byte[] cut = Arrays.copyOf(file, length);
            attempt(name, length, file.length, () -> Fixtures.read(cut));
        }
        assertThat(attempt(name, 40, file.length, () -> Fixtures.read(Arrays.copyOf(file, 40))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "float16.weights.h5",
                "types-latest.weights.h5",
                "types.weights.h5",
                "keras2.weights.h5",
                "keras2-weights.h5",
                "keras3-whole.h5"
            })
    void damagedHdf5IsReadOrRefused(String name) {
        byte[] file = Fixtures.bytes("keras/" + name);
        byte[] other = Fixtures.bytes("keras/eleven.weights.h5");
        warmUp(() -> Fixtures.read(file));
        for (int seed = 0; seed < ROUNDS; seed++) {
            byte[] damaged = new Mutations(seed).damage(file, other, 8, file.length);
            attempt(name, seed, damaged.length, () -> Fixtures.read(damaged));
        }
    }

    /** Addresses and lengths are eight bytes, aligned: so the ones that are there are put where others are. */
    @ParameterizedTest
    @ValueSource(strings = {"types-latest.weights.h5", "keras2.weights.h5", "bfloat16.weights.h5"})
    void addressesThatPointElsewhereAreReadOrRefused(String name) {
        byte[] file = Fixtures.bytes("keras/" + name);
        warmUp(() -> Fixtures.read(file));
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 2 * ROUNDS; round++) {
            byte[] damaged = file.clone();
            int to = 8 * random.nextInt(1, file.length / 8);
            int from = 8 * random.nextInt(1, file.length / 8);
            System.arraycopy(file, from, damaged, to, 8);
            attempt(name, round, damaged.length, () -> Fixtures.read(damaged));
        }
    }

    @Test
    void damagedArchivesAreReadAsTheyWereOrRefused() {
        byte[] file = Fixtures.bytes("keras/keras3.keras");
        Checkpoint before = Fixtures.read(file);
        for (int seed = 0; seed < ROUNDS / 3; seed++) {
            byte[] damaged = new Mutations(seed).damage(file, file, 0, file.length);
            Optional<Checkpoint> after = attempt("keras3.keras", seed, damaged.length, () -> Fixtures.read(damaged));
            after.ifPresent(read -> assertThat(read.tensors()).isEqualTo(before.tensors()));
        }
    }

    @Test
    void randomBytesBehindASignatureAreRefused() {
        warmUp(() -> Fixtures.read(Fixtures.bytes("keras/float16.weights.h5")));
        warmUp(() -> Fixtures.read(Fixtures.bytes("keras/types-latest.weights.h5")));
        byte[] signature = {(byte) 0x89, 'H', 'D', 'F', 13, 10, 26, 10};
        for (int seed = 0; seed < ROUNDS; seed++) {
            byte[] noise = new byte[new SplittableRandom(seed).nextInt(8, 2_048)];
            new Random(seed).nextBytes(noise);
            System.arraycopy(signature, 0, noise, 0, 8);
            noise[8] = (byte) (seed % 4);
            assertThat(attempt("noise", seed, noise.length, () -> Fixtures.read(noise)))
                    .isEmpty();
        }
    }

    /** Checksums guard all of it, so whatever is read is as it was. */
    @ParameterizedTest
    @ValueSource(strings = {"lone", "sharded", "keras3"})
    void damagedIndexesAreReadAsTheyWereOrRefused(String name) throws IOException {
        TensorFlowTest.copy(name, folder);
        Path index = folder.resolve(name + ".index");
        byte[] file = Files.readAllBytes(index);
        Checkpoint before = CheckpointReader.read(index);
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThat(attemptIndex(index, name, length, cut)).isEmpty();
        }
        for (int seed = 0; seed < ROUNDS; seed++) {
            byte[] damaged = new Mutations(seed).damage(file, file, 0, file.length);
            attemptIndex(index, name, seed, damaged)
                    .ifPresent(read -> assertThat(read.tensors()).isEqualTo(before.tensors()));
        }
    }

    /** With the checksum made right again, the damage reaches what is behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"lone", "sharded", "keras3"})
    void damagedBlocksWithRightChecksumsAreReadOrRefused(String name) throws IOException {
        TensorFlowTest.copy(name, folder);
        Path index = folder.resolve(name + ".index");
        byte[] file = Files.readAllBytes(index);
        int length = TensorFlowTest.firstBlock(TensorFlowTest.little(file.clone()));
        for (int seed = 0; seed < ROUNDS; seed++) {
            byte[] damaged = new Mutations(seed).damage(Arrays.copyOf(file, length), file, 0, length);
            byte[] whole = file.clone();
            System.arraycopy(damaged, 0, whole, 0, Math.min(length, damaged.length));
            TensorFlowTest.seal(TensorFlowTest.little(whole), length);
            attemptIndex(index, name, seed, whole);
        }
    }

    private Optional<Checkpoint> attemptIndex(Path index, String name, long seed, byte[] content) throws IOException {
        return attempt(name, seed, content.length + 8_192, () -> {
            // A mapping of a file that is rewritten would change under the reader; a new file is another one.
            Files.delete(index);
            Files.write(index, content);
            return CheckpointReader.read(index);
        });
    }

    /** Classes load on the first use of each way through the reader. */
    private static void warmUp(Reading reading) {
        try {
            assertThat(reading.read().tensors()).isNotEmpty();
            Fixtures.read(new byte[] {(byte) 0x89, 'H', 'D', 'F', 13, 10, 26, 10});
        } catch (InvalidInputException refused) {
            assertThat(refused).hasMessageContaining("HDF5 file");
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Optional<Checkpoint> attempt(String name, long seed, long size, Reading reading) {
        Optional<Checkpoint> read = Optional.empty();
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        try {
            read = Optional.of(reading.read());
        } catch (InvalidInputException refused) {
            assertThat(refused).hasMessageNotContaining("Exception");
            assertThat(refused.problems()).isNotEmpty();
        } catch (IOException | RuntimeException | Error failure) {
            throw new AssertionError("%s, seed %d".formatted(name, seed), failure);
        }
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        if (allocated > FLOOR + FILES * size) {
            throw new AssertionError("%s, seed %d: %d bytes allocated for %d".formatted(name, seed, allocated, size));
        }
        read.ifPresent(checkpoint -> checkpoint.tensors().forEach((key, tensor) -> assertThat(tensor.toDoubles())
                .hasSize(tensor.shape().size())));
        return read;
    }
}
