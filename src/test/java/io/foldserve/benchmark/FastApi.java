package io.foldserve.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The rival: {@code src/test/rival/fastapi_server.py} under uvicorn, in processes of its own. */
final class FastApi implements AutoCloseable {
    private static final String[] PACKAGES = {"fastapi", "uvicorn", "onnxruntime", "pillow", "numpy"};

    private final Process process;
    private final int port;
    private final double secondsToListen;

    private FastApi(Process process, int port, double secondsToListen) {
        this.process = process;
        this.port = port;
        this.secondsToListen = secondsToListen;
    }

    /**
     * A Python that has what the rival needs: the one that {@code -Dpython} names, else that of an environment below
     * {@code target/benchmark}, which is made if it is not there; nothing, and a line that says why, if it cannot be.
     */
    static Optional<Path> python() throws IOException, InterruptedException {
        Optional<Path> named = Optional.ofNullable(System.getProperty("python")).map(Path::of);
        Path environment = Path.of("target", "benchmark", "python").toAbsolutePath();
        Path python = named.orElse(environment.resolve("bin").resolve("python"));
        if (named.isEmpty() && !runs(python, "-c", "import fastapi, uvicorn, onnxruntime, PIL")) {
            List<String> install = new ArrayList<>(List.of(python.toString(), "-m", "pip", "install", "-q"));
            install.addAll(List.of(PACKAGES));
            if (!runs(Path.of("python3"), "-m", "venv", environment.toString())
                    || !runs(install.toArray(String[]::new))) {
                System.out.println("no rival: this machine cannot make a Python environment with "
                        + String.join(", ", PACKAGES) + "; -Dpython=PATH names one that has them");
                return Optional.empty();
            }
        }
        return Optional.of(python);
    }

    private static boolean runs(Path program, String... arguments) throws InterruptedException {
        return runs(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    /** Starts {@code workers} processes with one session of one thread each, and waits until they listen. */
    static FastApi start(Path python, int workers, int port, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(Files.createDirectories(Path.of("target", "benchmark")), "rival", ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        python.toString(),
                        "-m",
                        "uvicorn",
                        "fastapi_server:app",
                        "--app-dir=src/test/rival",
                        "--workers=" + workers,
                        "--port=" + port,
                        "--no-access-log",
                        "--log-level=warning")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        while (!listens(port)) {
            if (!process.isAlive()) {
                throw new IOException("the rival ended: " + Files.readString(log));
            }
            Thread.sleep(5);
        }
        return new FastApi(process, port, (System.nanoTime() - start) / 1e9);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    String url() {
        return "http://127.0.0.1:" + port + "/predict";
    }

    double secondsToListen() {
        return secondsToListen;
    }

    /** Of all its processes together; pages that they share count for each. */
    long residentMib() throws IOException {
        long kib = 0;
        for (long pid : Stream.concat(
                        Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid))
                .toList()) {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                kib += line.startsWith("VmRSS:") ? Long.parseLong(line.replaceAll("\\D", "")) : 0;
            }
        }
        return kib / 1024;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.onExit().join();
    }
}
