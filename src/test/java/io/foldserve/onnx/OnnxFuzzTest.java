package io.foldserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Sentence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged models are refused with the one typed error, or read into a graph that can be written; never anything else,
 * and memory grows in proportion to the file. Everything is seeded: a failure's message names the file and the seed.
 */
class OnnxFuzzTest {
    private static final int ROUNDS_PER_FILE = 400;

    /** What shape inference and the verifier allocate for a small model, and a multiple of the file for its parts. */
    private static final long FLOOR = 4 << 20;

    private static final long FILES = 640;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(OnnxFixtures.file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void damagedModelsAreReadOrRefused() {
        List<String> names = OnnxFixtures.names();
        int read = 0;
        for (int file = 0; file < names.size(); file++) {
            byte[] original = bytes(names.get(file));
            for (int round = 0; round < ROUNDS_PER_FILE; round++) {
                long seed = (long) file * ROUNDS_PER_FILE + round;
                read += attempt(damage(original, seed), names.get(file), seed).isPresent() ? 1 : 0;
            }
        }
        assertThat(read).as("a good part of the damage is harmless").isGreaterThan(names.size() * 20);
    }

    private static byte[] damage(byte[] original, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] damaged = original.clone();
        for (int i = random.nextInt(4) == 0 ? 4 : 1; i > 0; i--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(5)) {
                case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> damaged[at] = (byte) random.nextInt(256);
                case 2 ->
                    Arrays.fill(damaged, at, Math.min(damaged.length, at + random.nextInt(1, 12)), (byte)
                            (random.nextBoolean() ? 0xFF : random.nextInt(256)));
                case 3 -> {
                    byte[] piece =
                            Arrays.copyOfRange(damaged, at, Math.min(damaged.length, at + random.nextInt(1, 64)));
                    int to = random.nextInt(damaged.length);
                    System.arraycopy(piece, 0, damaged, to, Math.min(piece.length, damaged.length - to));
                }
                default -> damaged = random.nextInt(6) == 0 ? Arrays.copyOf(damaged, Math.max(1, at)) : damaged;
            }
        }
        return damaged;
    }

    static Stream<Arguments> bombs() {
        return Stream.of(
                arguments("empty nodes", new byte[] {0x0A, 0}),
                arguments("empty initializers", new byte[] {0x2A, 0}),
                arguments("empty inputs", new byte[] {0x5A, 0}),
                arguments("empty value types", new byte[] {0x6A, 0}),
                arguments("unknown numbers", new byte[] {0x18, 0}),
                arguments("nodes of one name", new byte[] {0x0A, 3, 0x1A, 1, 'n'}),
                arguments("nodes of one operator", new byte[] {0x0A, 6, 0x22, 1, 'O', 0x12, 1, 'o'}));
    }

    /** Graphs of half a megabyte that are nothing but the cheapest messages there are. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void denseModelsCostABoundedMultiple(String title, byte[] repeated) {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        for (int i = 0; i < (1 << 19) / repeated.length; i++) {
            graph.writeBytes(repeated);
        }
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        model.writeBytes(new byte[] {0x08, 8, 0x42, 2, 0x10, 17, 0x3A});
        for (int length = graph.size(); length > 0; length >>>= 7) {
            model.write(length > 0x7F ? (length & 0x7F) | 0x80 : length);
        }
        model.writeBytes(graph.toByteArray());
        attempt(model.toByteArray(), title, 0);
    }

    private static Optional<Graph> attempt(byte[] file, String name, long seed) {
        Optional<Graph> graph = Optional.empty();
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        try {
            graph = Optional.of(OnnxReader.read(name, ByteBuffer.wrap(file)));
        } catch (InvalidInputException refused) {
            // The one permitted outcome besides a graph.
            Sentence.expect(file, refused);
        } catch (RuntimeException | Error failure) {
            throw new AssertionError("%s, seed %d".formatted(name, seed), failure);
        }
        allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocated;
        if (allocated > FLOOR + FILES * file.length) {
            throw new AssertionError(
                    "%s, seed %d: %d bytes allocated for %d".formatted(name, seed, allocated, file.length));
        }
        try {
            graph.ifPresent(OnnxWriter::write);
        } catch (RuntimeException failure) {
            throw new AssertionError("%s, seed %d: cannot be written".formatted(name, seed), failure);
        }
        return graph;
    }
}
