package io.foldserve.serving.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a store is. Immutable; its text has no password.
 *
 * @param url the JDBC URL
 * @param user the database's user, if the URL does not name one
 * @param password the user's password
 */
public record StoreAddress(String url, Optional<String> user, Optional<String> password) {
    /** How the URL of a server begins. */
    public static final String POSTGRESQL = "jdbc:postgresql:";

    private static final String FILE = "jdbc:h2:file:";

    /** The embedded store in {@code directory}, one file {@code experiments.mv.db} that is written at every commit. */
    public static StoreAddress embedded(Path directory) {
        String file =
                directory.toAbsolutePath().normalize().resolve("experiments").toString();
        return new StoreAddress(
                FILE + file + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0",
                Optional.empty(),
                Optional.empty());
    }

    /** Whether several processes may use it at a time. */
    boolean isShared() {
        return url.startsWith(POSTGRESQL);
    }

    /** Whether there is something to read: an embedded store begins with what is first written. */
    boolean hasBegun() {
        return isShared() || !url.startsWith(FILE) || Files.exists(Path.of(file() + ".mv.db"));
    }

    private String file() {
        return toString().substring(FILE.length());
    }

    String driver() {
        return url.startsWith(POSTGRESQL) ? "org.postgresql.Driver" : "org.h2.Driver";
    }

    @Override
    public String toString() {
        return url.replaceFirst("[?;].*", "");
    }
}
