package io.foldserve.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process under measurement: its output goes to a file, and its peak resident memory is read from Linux's /proc. */
final class ChildProcess implements AutoCloseable {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Process process;
    private final Path log;
    private long peakKib;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts the packaged service's jar with {@code options} for the JVM and {@code arguments} for the service. */
    static ChildProcess java(List<String> options, List<String> arguments) throws IOException {
        if (!Files.exists(JAR)) {
            throw new IOException(JAR + " is missing: package the service first");
        }
        List<String> program = new ArrayList<>(options);
        program.addAll(List.of("-jar", JAR.toString()));
        program.addAll(arguments);
        return start(program);
    }

    /** Starts {@code main} on this process's class path with {@code options} for the JVM. */
    static ChildProcess java(List<String> options, Class<?> main, List<String> arguments) throws IOException {
        List<String> program = new ArrayList<>(options);
        program.addAll(List.of("-classpath", System.getProperty("java.class.path"), main.getName()));
        program.addAll(arguments);
        return start(program);
    }

    private static ChildProcess start(List<String> program) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(program);
        Path log = Files.createTempFile(Files.createDirectories(Path.of("target", "benchmark")), "process", ".log");
        return new ChildProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end, sampling the memory; true if the exit code is 0. */
    boolean succeeds() throws IOException, InterruptedException {
        while (!process.waitFor(5, TimeUnit.MILLISECONDS)) {
            peakMib();
        }
        return process.exitValue() == 0;
    }

    /** Waits for the end, sampling the memory, and fails unless the exit code is 0. */
    void expectSuccess() throws IOException, InterruptedException {
        if (!succeeds()) {
            throw new IOException("exit code " + process.exitValue() + ": " + Files.readString(log));
        }
    }

    /** The most resident memory so far, in MiB. */
    long peakMib() throws IOException {
        peakKib = Math.max(peakKib, statusKib("VmHWM:"));
        return peakKib / 1024;
    }

    /** The resident memory now, in MiB; 0 once the process has ended. */
    long residentMib() throws IOException {
        return statusKib("VmRSS:") / 1024;
    }

    /** Keeps all threads that it has, and those that they make, on the first core. */
    void pinToOneCore() throws IOException, InterruptedException {
        Process taskset = new ProcessBuilder("taskset", "-apc", "0", Long.toString(process.pid()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (taskset.waitFor() != 0) {
            throw new IOException("taskset ended with " + taskset.exitValue());
        }
    }

    private long statusKib(String key) throws IOException {
        return ProcessStatus.number(process.pid(), key);
    }

    /** What it holds now. */
    ProcessStatus status() throws IOException {
        return ProcessStatus.of(process.pid());
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
