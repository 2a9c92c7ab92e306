package io.foldserve.session;

import io.foldserve.problem.Words;
import java.util.regex.Pattern;

/** ONNX Runtime failed. The message says for which model, while doing what, and what ONNX Runtime answered. */
public final class SessionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The runtime's error code, and where in its own source it noticed: neither tells a user anything. */
    private static final Pattern NOISE = Pattern.compile(
            "Error code - \\w+ - message: " + "|\\S+\\.(?:cc|cpp|h):\\d+ \\S+(?: \\S+::[^ ]*)*\\([^)]*\\)(?: const)? ");

    SessionException(String model, String doing, Throwable cause) {
        super("model %s: %s failed: %s".formatted(model, doing, innermost(cause)), cause);
    }

    SessionException(String message) {
        super(message);
    }

    SessionException(String message, Throwable cause) {
        super(message, cause);
    }

    /** DJL wraps without a message of its own; the runtime's answer is innermost. */
    private static String innermost(Throwable thrown) {
        Throwable current = thrown;
        Throwable cause = current.getCause();
        while (cause != null) {
            current = cause;
            cause = current.getCause();
        }
        return NOISE.matcher(Words.of(current)).replaceAll("");
    }
}
