package io.foldserve.benchmark;

import io.foldserve.architecture.ArchitectureFit;
import io.foldserve.architecture.ArchitectureSearch;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long every checkpoint in a folder takes to read, and to read, build and fold, and how much memory: each in
 * processes of their own, the fastest of several runs and the largest peak of resident memory. Tensors that are views
 * of the mapped file count as memory once they are touched.
 *
 * <p>{@code src/test/golden/large_checkpoints.py} writes the files; the system property {@code checkpoints} names their
 * folder ({@code target/checkpoints}). A file that cannot be read gets a line with the reason; one that fits no
 * architecture is only read.
 */
public final class CheckpointBenchmark {
    private static final int RUNS = 3;
    private static final List<String> SERIAL = List.of("-XX:+UseSerialGC");
    private static final String ROW = "| %s | %s | %s | %s |%n";

    private CheckpointBenchmark() {}

    /** Prints one line a file. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(System.getProperty("checkpoints", "target/checkpoints"));
        System.out.printf("%d processors, Java %s%n", Runtime.getRuntime().availableProcessors(), Runtime.version());
        System.out.printf(ROW, "file", "MiB", "read: s / CPU s / × the file", "read, build, fold: the same");
        for (Path file : files(folder)) {
            report(file);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.toString().contains(".data-"))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .toList();
        }
    }

    private static void report(Path file) throws IOException, InterruptedException {
        long size = size(file);
        String read = measure(size, List.of(file.toString()));
        Optional<ArchitectureFit> fit = architecture(file);
        String fold = fit.isPresent() ? measure(size, command(file, fit.get())) : "fits no architecture";
        System.out.printf(ROW, file.getFileName(), size >> 20, read, fold);
    }

    private static Optional<ArchitectureFit> architecture(Path file) {
        try {
            return ArchitectureSearch.rank(CheckpointReader.read(file)).stream()
                    .filter(ArchitectureFit::isExact)
                    .findFirst();
        } catch (InvalidInputException refusal) {
            return Optional.empty();
        }
    }

    private static List<String> command(Path file, ArchitectureFit fit) {
        List<String> command = new ArrayList<>(List.of(file.toString(), fit.name()));
        fit.options().forEach((option, value) -> command.add(option + "=" + value));
        return command;
    }

    /** The least times and the most memory of several runs, or the first refusal. */
    private static String measure(long size, List<String> arguments) throws IOException, InterruptedException {
        double seconds = Double.MAX_VALUE;
        double processor = Double.MAX_VALUE;
        double memory = 0;
        for (int run = 0; run < RUNS; run++) {
            try (ChildProcess child = ChildProcess.java(SERIAL, CheckpointRun.class, arguments)) {
                boolean success = child.succeeds();
                List<String> lines = child.log().lines().toList();
                String last = lines.isEmpty() ? "the process printed nothing" : lines.get(lines.size() - 1);
                if (!success) {
                    return "ERROR " + last;
                }
                String[] figures = last.split(" ", -1);
                seconds = Math.min(seconds, Double.parseDouble(figures[0]));
                processor = Math.min(processor, Double.parseDouble(figures[1]));
                memory = Math.max(memory, Double.parseDouble(figures[2]) * 1024 / size);
            }
        }
        return String.format(Locale.ROOT, "%.2f / %.1f / %.2f ×", seconds, processor, memory);
    }

    /** Of a TensorFlow checkpoint all files, which share the name of the index. */
    private static long size(Path file) throws IOException {
        String name = file.getFileName().toString().replaceFirst("\\.index$", ".data-");
        long size = Files.size(file);
        try (Stream<Path> beside = Files.list(file.toAbsolutePath().getParent())) {
            for (Path other : beside.filter(
                            path -> path.getFileName().toString().startsWith(name))
                    .toList()) {
                size += other.getFileName().equals(file.getFileName()) ? 0 : Files.size(other);
            }
        }
        return size;
    }
}
