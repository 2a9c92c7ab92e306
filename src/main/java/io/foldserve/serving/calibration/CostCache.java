package io.foldserve.serving.calibration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.foldserve.fold.cost.CostModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps measured costs in a directory, a small JSON file for each machine. Nothing depends on it: what cannot be read
 * is measured again, what cannot be written is measured again by the next process. Processes may share the directory: a
 * file is replaced in one step. Thread-safe.
 */
public final class CostCache {
    private static final long LARGEST = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** A file's content. */
    public record Entry(Machine machine, CostModel nanoseconds) {}

    private final Path directory;
    private final Consumer<String> log;

    /**
     * Keeps files in {@code directory}, which is made if it is not there; says in {@code log} what could not be kept.
     */
    public CostCache(Path directory, Consumer<String> log) {
        this.directory = directory;
        this.log = log;
    }

    /** {@code foldserve} in the user's cache directory, or in that for temporary files if there is none. */
    public static Path standardDirectory() {
        String declared = Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).orElse("");
        Path home = Path.of(System.getProperty("user.home", ""));
        Path user = declared.isEmpty() ? home.resolve(".cache") : Path.of(declared);
        boolean usable = user.isAbsolute() && Files.isWritable(Files.isDirectory(user) ? user : home);
        return (usable ? user : Path.of(System.getProperty("java.io.tmpdir"))).resolve("foldserve");
    }

    /** The costs kept for {@code machine}; empty if there are none, or none that make sense. */
    public Optional<CostModel> read(Machine machine) {
        Path file = directory.resolve(machine.fileName());
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                return Optional.empty();
            }
            // null if the file says so
            @Nullable Entry entry = JSON.readValue(Files.readAllBytes(file), Entry.class);
            return Optional.ofNullable(entry)
                    .filter(found -> found.machine().equals(machine))
                    .map(Entry::nanoseconds)
                    .filter(Calibration::isPlausible);
        } catch (IOException e) {
            log.accept("costs in %s cannot be read and are measured again: %s".formatted(file, firstLine(e)));
            return Optional.empty();
        }
    }

    /** Keeps {@code costs}, if the directory can be written. */
    public void write(Machine machine, CostModel costs) {
        Path file = directory.resolve(machine.fileName());
        try {
            Files.createDirectories(directory);
            Path temporary = Files.createTempFile(directory, "costs-", ".tmp");
            try {
                Files.write(temporary, JSON.writeValueAsBytes(new Entry(machine, costs)));
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            log.accept("costs cannot be kept in %s and will be measured at every start: %s"
                    .formatted(directory, firstLine(e)));
        }
    }

    private static String firstLine(IOException e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.toString();
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
