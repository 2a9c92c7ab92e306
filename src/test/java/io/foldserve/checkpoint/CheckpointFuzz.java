package io.foldserve.checkpoint;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Sentence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What a coverage-guided fuzzer calls with files of every checkpoint format that is one file. */
public final class CheckpointFuzz {
    // Held, for a logger that nobody holds forgets its level. jHDF warns of all that is odd in a file.
    private static final Logger DECODER = Logger.getLogger("io.jhdf");

    static {
        DECODER.setLevel(Level.OFF);
    }

    private CheckpointFuzz() {}

    /** Reads {@code file}, without the checksums of an archive, which would keep all damage from what is inside. */
    public static void fuzzerTestOneInput(byte[] file) {
        try {
            Fixtures.read(CheckpointFuzzTest.withoutChecksums(file))
                    .tensors()
                    .values()
                    .forEach(tensor -> {
                        if (tensor.toDoubles().length != tensor.shape().size()) {
                            throw new AssertionError("a tensor of " + tensor.shape() + " has other numbers of values");
                        }
                    });
        } catch (InvalidInputException refused) {
            Sentence.expect(file, refused);
        }
    }

    /** Files to start from: those of PyTorch, safetensors and MXNet, and those of Keras. */
    public static List<byte[]> seeds() {
        Stream<byte[]> flat = Fixtures.unambiguous().stream().map(Fixtures::bytes);
        return Stream.concat(flat, keras()).toList();
    }

    private static Stream<byte[]> keras() {
        try (Stream<Path> files = Files.list(Fixtures.path("keras"))) {
            return files
                    .map(Path::toString)
                    .filter(file -> file.endsWith(".h5") || file.endsWith(".keras"))
                    .map(file -> Fixtures.bytes("keras/" + Path.of(file).getFileName()))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
