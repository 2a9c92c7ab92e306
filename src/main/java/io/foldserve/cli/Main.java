package io.foldserve.cli;

import io.foldserve.session.ModelSession;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;

/** Where the process begins: no arguments serve, anything else is a command, for which the server is not started. */
@QuarkusMain
public final class Main {
    private Main() {}

    /** Serves until the process is told to stop, or runs the command in {@code arguments} and exits with its code. */
    public static void main(String... arguments) {
        // Messages hold numbers that are copied into files and read by programs: their digits are 0 to 9 everywhere.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        if (arguments.length == 0) {
            // The framework would refuse a malformed target without a word; the service looks at it too, and says why.
            System.setProperty("vertx.disableURIValidation", "true");
            ModelSession.startRuntime();
            Quarkus.run();
            return;
        }
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.exit(Commands.run(out, err, arguments));
    }
}
