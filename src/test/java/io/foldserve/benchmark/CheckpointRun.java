package io.foldserve.benchmark;

import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.Declaration;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.fold.GraphFolder;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What {@link CheckpointBenchmark} measures, once, in a process of its own; the last line printed is the result. */
public final class CheckpointRun {
    private static final int PAGE = 4096;

    private CheckpointRun() {}

    /**
     * {@code FILE} reads the file and touches every page of every tensor; {@code FILE NAME [OPTION=NUMBER …]} reads it,
     * builds that architecture and folds it. Prints the seconds it took,
     * the seconds that the process used of processors (start of the JVM included), and its peak resident KiB.
     */
    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        try {
            Checkpoint checkpoint = CheckpointReader.read(Path.of(arguments[0]));
            long result = arguments.length == 1 ? touched(checkpoint) : folded(checkpoint, arguments);
            double seconds = (System.nanoTime() - start) / 1e9;
            if (result == 0) {
                throw new IllegalStateException("nothing was read");
            }
            Duration processor =
                    ProcessHandle.current().info().totalCpuDuration().orElseThrow();
            System.out.printf(Locale.ROOT, "%f %f %d%n", seconds, processor.toMillis() / 1e3, peakKib());
        } catch (InvalidInputException refusal) {
            System.out.println(refusal.problems().get(0));
            System.exit(2);
        }
    }

    private static long touched(Checkpoint checkpoint) {
        long sum = 1;
        for (Tensor tensor : checkpoint.tensors().values()) {
            ByteBuffer bytes = tensor.bytes();
            for (int i = 0; i < bytes.limit(); i += PAGE) {
                sum = 31 * sum + bytes.get(i);
            }
        }
        return sum;
    }

    private static int folded(Checkpoint checkpoint, String[] arguments) {
        Map<String, Object> declared = new LinkedHashMap<>();
        declared.put("name", arguments[1]);
        for (int i = 2; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            declared.put(arguments[i].substring(0, equals), Integer.valueOf(arguments[i].substring(equals + 1)));
        }
        return GraphFolder.fold(Architectures.build(Declaration.of(declared), new ImageSize(224, 224), checkpoint))
                .graph()
                .nodes()
                .size();
    }

    private static long peakKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/self/status has no VmHWM");
    }
}
