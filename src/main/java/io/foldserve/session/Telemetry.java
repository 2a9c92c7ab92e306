package io.foldserve.session;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Keeps ONNX Runtime from reporting to its maker. Its builds report by default on Linux and macOS from 1.29.0 on: an
 * uploader, an identifier kept on disk, and the process's command line, which crashes the process if it has some 4 kB.
 * The only full opt-out is an environment variable, set before ONNX Runtime starts; Java can set one for its own
 * process only through the C library.
 *
 * @see <a href="https://github.com/microsoft/onnxruntime/pull/27379">onnxruntime pull request 27379</a>
 */
final class Telemetry {
    private static final String OPT_OUT = "ORT_DISABLE_TELEMETRY";

    private Telemetry() {}

    /** The C library's environment. */
    private interface Environment extends Library {
        int setenv(String name, String value, int overwrite);
    }

    /** To be called before ONNX Runtime's native library is loaded. Windows builds know no such variable. */
    static void optOut() {
        if (System.getenv(OPT_OUT) == null && !Platform.isWindows()) {
            int failed = environment().setenv(OPT_OUT, "1", 1);
            if (failed != 0) {
                throw new IllegalStateException("the environment variable %s cannot be set".formatted(OPT_OUT));
            }
        }
    }

    private static Environment environment() {
        try {
            return Native.load("c", Environment.class);
        } catch (LinkageError e) {
            throw new SessionException(
                    ("ONNX Runtime does not start: JNA's native library, by which its telemetry is switched off, is not"
                                    + " loaded from %s; start java with -Djna.tmpdir=DIRECTORY that is writable and"
                                    + " allows programs to run, or set the environment variable %s=1")
                            .formatted(folder(), OPT_OUT),
                    e);
        }
    }

    private static String folder() {
        String unpackedTo = System.getProperty("jna.tmpdir", "JNA's directory for temporary files");
        return System.getProperty(NativeLibraries.JNA, unpackedTo);
    }
}
