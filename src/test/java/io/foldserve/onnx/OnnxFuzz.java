package io.foldserve.onnx;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Sentence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** What a coverage-guided fuzzer calls with ONNX files. */
public final class OnnxFuzz {
    private OnnxFuzz() {}

    /** Reads {@code file}, and writes what it read. */
    public static void fuzzerTestOneInput(byte[] file) {
        try {
            OnnxWriter.write(OnnxReader.read("file", ByteBuffer.wrap(file)));
        } catch (InvalidInputException refused) {
            Sentence.expect(file, refused);
        }
    }

    /** Files to start from. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : OnnxFixtures.names()) {
            try {
                seeds.add(Files.readAllBytes(OnnxFixtures.file(name)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return seeds;
    }
}
