package io.foldserve.serving.store;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own, as Debian installs it, on a free port with an empty database. The server refuses to
 * run as root, who becomes {@code postgres} for it.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

    private final Path binaries;
    private final Path directory;
    private final int port;

    /** Makes a database and starts its server. */
    public PostgresServer() throws IOException, InterruptedException {
        this.binaries = newest().resolve("bin");
        this.directory = Files.createTempDirectory("foldserve-postgres");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (ServerSocket socket = new ServerSocket(0)) {
            this.port = socket.getLocalPort();
        }
        run("initdb", "-D", data(), "-U", "foldserve", "-A", "trust", "-E", "UTF8", "--no-sync");
        start();
    }

    private static Path newest() throws IOException {
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            Optional<Path> newest = versions.max(
                    Comparator.comparingInt(version -> Integer.parseInt(String.valueOf(version.getFileName()))));
            return newest.orElseThrow(() -> new IOException("no PostgreSQL in " + VERSIONS));
        }
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    /** Starts the server again. */
    public void start() throws IOException, InterruptedException {
        String options = "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off".formatted(port);
        run("pg_ctl", "-D", data(), "-w", "-l", directory.resolve("log").toString(), "-o", options, "start");
    }

    /** Stops the server, as a crash would. */
    public void stop() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data(), "-w", "-m", "immediate", "stop");
    }

    /** The URL of its database. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:%d/postgres?user=foldserve".formatted(port);
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("foldserve-postgres", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ":\n" + Files.readString(output));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
