package io.foldserve.serving.store;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;

/** The store cannot be reached, or refuses what is written; the message may be told to clients. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How systems say that there is no room: on Linux a disk's or a quota's end, on Windows a disk's. */
    private static final Set<String> NO_ROOM = Set.of("no space left", "quota exceeded", "not enough space");

    /** The SQL state of a server whose disk is full. */
    private static final String DISK_FULL = "53100";

    StoreException(Throwable cause) {
        super(
                isFull(cause)
                        ? "the store of experiments has no room left on its disk; nothing of this was kept, send it"
                                + " again once there is room"
                        : "the store of experiments cannot be reached",
                cause);
    }

    private static boolean isFull(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            boolean says = NO_ROOM.stream().anyMatch(message::contains);
            if (says || (cause instanceof SQLException database && DISK_FULL.equals(database.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    /** What the database or its driver said, for the log. */
    public String reason() {
        Throwable innermost = this;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return String.valueOf(innermost.getMessage());
    }
}
