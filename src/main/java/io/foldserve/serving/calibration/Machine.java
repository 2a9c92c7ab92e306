package io.foldserve.serving.calibration;

import io.foldserve.session.ModelSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What measured costs hold for.
 *
 * @param processor the processor's model, as far as it is known
 * @param cores the cores that this process may use
 * @param runtime the version of ONNX Runtime
 * @param threads the threads that share the work of one operator
 */
record Machine(String processor, int cores, String runtime, int threads) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** This machine, for sessions of {@code threads} threads on {@code cores} cores. */
    static Machine current(int cores, int threads) {
        return new Machine(model(), cores, ModelSession.runtimeVersion(), threads);
    }

    private static String model() {
        String architecture = System.getProperty("os.arch", "");
        if (!Files.isReadable(PROCESSORS)) {
            return architecture;
        }
        try (Stream<String> lines = Files.lines(PROCESSORS, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(architecture);
        } catch (IOException e) {
            return architecture;
        }
    }

    /** A file name for each machine, so that several may share a directory. */
    String fileName() {
        return "costs-" + UUID.nameUUIDFromBytes(toString().getBytes(StandardCharsets.UTF_8)) + ".json";
    }
}
