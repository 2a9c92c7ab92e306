package io.foldserve.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import picocli.CommandLine.Help.Ansi;

/**
 * Says how far a long command is: a line that is written over on a terminal, a line every ten seconds elsewhere.
 * Thread-safe.
 */
final class ProgressLine {
    private static final long TERMINAL_NANOS = 100_000_000L;
    private static final long ELSEWHERE_NANOS = 10_000_000_000L;
    private static final int BAR = 30;

    private final PrintWriter err;
    private final int all;
    private final boolean isTerminal;
    private final LongSupplier nanoClock;
    private final long start;
    private long last;

    ProgressLine(PrintWriter err, int all, boolean isTerminal, LongSupplier nanoClock) {
        this.err = err;
        this.all = all;
        this.isTerminal = isTerminal;
        this.nanoClock = nanoClock;
        this.start = nanoClock.getAsLong();
        this.last = start;
    }

    /** Of {@code all} pictures, on what this process prints to: on a terminal where picocli would write in colour. */
    static ProgressLine on(PrintWriter err, int all) {
        return new ProgressLine(err, all, Ansi.AUTO.enabled(), System::nanoTime);
    }

    /** {@code done} pictures are done. */
    synchronized void done(int done) {
        long now = nanoClock.getAsLong();
        if (now - last >= (isTerminal ? TERMINAL_NANOS : ELSEWHERE_NANOS)) {
            last = now;
            print(done, now);
        }
    }

    /** Leaves the terminal's line empty for what comes next. */
    synchronized void end() {
        if (isTerminal) {
            err.print("\r" + " ".repeat(BAR + 60) + "\r");
            err.flush();
        }
    }

    private void print(int done, long now) {
        double seconds = (now - start) / 1e9;
        double rate = done / seconds;
        String text = String.format(
                Locale.ROOT, "%d of %d pictures, %.1f a second, %s left", done, all, rate, left((all - done) / rate));
        if (isTerminal) {
            int full = (int) ((long) BAR * done / all);
            err.print("\r[" + "#".repeat(full) + " ".repeat(BAR - full) + "] " + text + "  ");
            err.flush();
        } else {
            err.println(text);
        }
    }

    private static String left(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
    }
}
