package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Sentence;
import io.foldserve.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files are refused with the one typed error or read, never anything else, and cost memory in proportion to
 * their size. Everything is seeded: the message of a failure names the file and the seed that repeat it.
 */
class CheckpointFuzzTest {
    private static final int ROUNDS_PER_FILE = 600;

    /** The reader's own budget for unpacking (1 MiB and four files), and 60 files for what it builds while reading. */
    private static final long FLOOR = (1 << 20) + (256 << 10);

    private static final long FILES = 64;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final List<String> NAMES = Fixtures.unambiguous();
    private static final List<byte[]> CONTENTS =
            NAMES.stream().map(Fixtures::bytes).toList();

    /** Classes load, and their constants are allocated, on the first use of each way through the reader. */
    @BeforeAll
    static void warmUp() {
        for (byte[] file : CONTENTS) {
            Fixtures.read(file);
            for (int seed = 0; seed < 40; seed++) {
                byte[] damaged = new Mutations(seed).damage(withoutChecksums(file), file, 0, hotEnd(file));
                try {
                    Fixtures.read(damaged);
                } catch (InvalidInputException refused) {
                    // As good as read, for this purpose.
                }
            }
        }
    }

    /** Without checksums, so that the damage reaches the unpickler and the tensors, not only the archive's reader. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void damagedFilesWithoutChecksumsAreReadOrRefused() {
        int read = 0;
        for (int file = 0; file < CONTENTS.size(); file++) {
            byte[] original = withoutChecksums(CONTENTS.get(file));
            byte[] other = CONTENTS.get((file + 1) % CONTENTS.size());
            int hotEnd = Math.max(2, hotEnd(original));
            for (int round = 0; round < ROUNDS_PER_FILE; round++) {
                long seed = (long) file * ROUNDS_PER_FILE + round;
                byte[] damaged = new Mutations(seed).damage(original, other, 0, hotEnd);
                read += attempt(damaged, NAMES.get(file), seed).isPresent() ? 1 : 0;
            }
        }
        assertThat(read).as("a good part of the damage is harmless").isGreaterThan(CONTENTS.size() * 50);
    }

    /** With checksums, a file that is read after one piece of damage holds exactly what it held before. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void checksummedFilesAreReadAsTheyWereOrRefused() {
        for (int file = 0; file < CONTENTS.size(); file++) {
            String name = NAMES.get(file);
            if (records(CONTENTS.get(file)).isEmpty() || name.equals("without-checksums.pth")) {
                continue;
            }
            Map<String, Tensor> before = Fixtures.read(CONTENTS.get(file)).tensors();
            for (int round = 0; round < ROUNDS_PER_FILE / 3; round++) {
                long seed = -1L - round;
                byte[] damaged =
                        new Mutations(seed).damage(CONTENTS.get(file), CONTENTS.get(0), 0, CONTENTS.get(file).length);
                Optional<Checkpoint> after = attempt(damaged, name, seed);
                if (after.isPresent() && !after.get().tensors().equals(before)) {
                    throw new AssertionError("%s, seed %d: read as something else".formatted(name, seed));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state-dict.pth",
                "stream.pth",
                "stream-protocol4.pth",
                "program-scripted.pt",
                "types.safetensors",
                "block.params",
                "layout-0.params",
                "layout-1.params",
                "numpy-shapes.params"
            })
    void aFileCutAnywhereIsRefused(String name) {
        byte[] file = Fixtures.bytes(name);
        for (int length = 0; length < file.length; length++) {
            assertThat(attempt(Arrays.copyOf(file, length), name, length))
                    .as("cut to %d", length)
                    .isEmpty();
        }
    }

    /** Noise behind the bytes by which each format is known. */
    @ParameterizedTest
    @ValueSource(
            strings = {"state-dict.pth", "stream.pth", "stream-protocol4.pth", "types.safetensors", "block.params"})
    void noiseIsRefused(String name) {
        byte[] file = Arrays.copyOf(Fixtures.bytes(name), 4096);
        for (int seed = 0; seed < 2_000; seed++) {
            byte[] noise = new byte[seed % file.length];
            new Random(seed).nextBytes(noise);
            int known = seed % 3 == 0 ? 0 : 24 + seed % 64;
            System.arraycopy(file, 0, noise, 0, Math.min(known, noise.length));
            assertThat(attempt(noise, name, seed)).as("seed %d", seed).isEmpty();
        }
    }

    static Stream<Arguments> bombs() {
        PickleBytes tuple = PickleBytes.start().op('(');
        IntStream.range(0, 20_000).forEach(i -> tuple.op('N'));
        tuple.op('t', 'q', 0);
        return Stream.of(
                arguments("empty dicts", PickleBytes.start(), new int[] {'}'}),
                arguments("empty lists", PickleBytes.start(), new int[] {']'}),
                arguments("marks", PickleBytes.start(), new int[] {'('}),
                arguments("small dicts", PickleBytes.start(), new int[] {'}', 'N', 'N', 's'}),
                arguments("small lists", PickleBytes.start(), new int[] {']', 'N', 'a'}),
                arguments("memos", PickleBytes.start().op('N'), new int[] {0x94}),
                arguments("empty texts", PickleBytes.start(), new int[] {0x8C, 0}),
                arguments("short texts", PickleBytes.start(), new int[] {0x8C, 1, 'a'}),
                arguments("short texts beyond ASCII", PickleBytes.start(), new int[] {0x8C, 2, 0xC3, 0xA9}),
                arguments("long tuple in tuples", tuple, new int[] {'h', 0, 0x85}),
                arguments("long tuple as sizes", longSizes(), new int[] {'h', 1, 'h', 2, 'R'}),
                arguments("objects", PickleBytes.start().global("a", "b").op('q', 0), new int[] {'h', 0, ')', 0x81}),
                arguments("old texts", PickleBytes.start(), new int[] {'U', 1, 'a'}),
                arguments("dicts of one list", items(), new int[] {'h', 1, 'h', 2, 'R'}),
                arguments("tuples", PickleBytes.start().op(')'), new int[] {0x85}));
    }

    /** Memo 1 is OrderedDict, memo 2 its argument: 20,000 times the same key and value. */
    private static PickleBytes items() {
        PickleBytes start = PickleBytes.start()
                .op('(')
                .global("collections", "OrderedDict")
                .op('q', 0, 'q', 1, '0', 'N', 'N', 0x86, 'q', 2, '0', '(');
        IntStream.range(0, 20_000).forEach(i -> start.op('h', 2));
        return start.op('t', 0x85, 'q', 2);
    }

    /** Memo 1 is the function that rebuilds tensors, memo 2 its arguments, with sizes of 20,000 axes. */
    private static PickleBytes longSizes() {
        PickleBytes start = PickleBytes.start()
                .op('(')
                .global("torch._utils", "_rebuild_tensor_v2")
                .op('q', 0, 'q', 1, '(')
                .storage("FloatStorage", "0", 4)
                .op('K', 0, '(');
        IntStream.range(0, 20_000).forEach(i -> start.op('K', 1));
        return start.op('t', '2', 0x89, '}', 't', 'q', 2);
    }

    /** Pickles of a megabyte that buy the most memory per byte that their opcodes can. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void densePicklesCostABoundedMultiple(String title, PickleBytes start, int[] repeated) {
        for (int i = 0; i < (1 << 20) / repeated.length; i++) {
            start.op(repeated);
        }
        byte[] file = StoredZip.checkpoint(start.bytes());

        assertThat(attempt(file, title, 0)).isEmpty();
    }

    private static Optional<Checkpoint> attempt(byte[] file, String name, long seed) {
        Optional<Checkpoint> checkpoint = Optional.empty();
        long allocated = allocatedByThisThread();
        try {
            checkpoint = Optional.of(Fixtures.read(file));
        } catch (InvalidInputException refused) {
            // The one permitted outcome besides a checkpoint.
            Sentence.expect(file, refused);
        } catch (RuntimeException | Error failure) {
            throw new AssertionError("%s, seed %d".formatted(name, seed), failure);
        }
        allocated = allocatedByThisThread() - allocated;
        if (allocated > FLOOR + FILES * file.length) {
            throw new AssertionError(
                    "%s, seed %d: %d bytes allocated for %d".formatted(name, seed, allocated, file.length));
        }
        checkpoint.ifPresent(loaded -> convertAll(loaded, name, seed));
        return checkpoint;
    }

    private static long allocatedByThisThread() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static void convertAll(Checkpoint checkpoint, String name, long seed) {
        checkpoint.tensors().forEach((key, tensor) -> {
            if (tensor.toDoubles().length != tensor.shape().size()) {
                throw new AssertionError("%s, seed %d: %s has lost elements".formatted(name, seed, key));
            }
        });
    }

    /** The pickle or the header, and the archive's directory behind the storages, are the interesting parts. */
    private static int hotEnd(byte[] file) {
        try {
            return StoredZip.find(file, "PK\1\2", 0) < 0 ? 0 : StoredZip.find(file, ".format_version", 0);
        } catch (IllegalArgumentException noArchive) {
            return Math.min(file.length, 2_000);
        }
    }

    /** A CRC of zero says that none was recorded. */
    static byte[] withoutChecksums(byte[] file) {
        byte[] without = file;
        for (int at : records(file)) {
            without = StoredZip.patch(without, at + 16, 0, 0, 0, 0);
        }
        return without;
    }

    private static List<Integer> records(byte[] file) {
        List<Integer> records = new ArrayList<>();
        for (int at = 0; at + 46 < file.length; at++) {
            if (file[at] == 'P' && file[at + 1] == 'K' && file[at + 2] == 1 && file[at + 3] == 2) {
                records.add(at);
            }
        }
        return records;
    }
}
