package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final StringWriter err = new StringWriter();
    private long now;

    private ProgressLine line(boolean isTerminal) {
        return new ProgressLine(new PrintWriter(err, true), 1000, isTerminal, () -> now);
    }

    @Test
    void elsewhereItIsALineEveryTenSecondsWithRateAndTimeLeft() {
        ProgressLine line = line(false);
        for (int second = 1; second <= 25; second++) {
            now = TimeUnit.SECONDS.toNanos(second);
            line.done(second * 10);
        }
        line.end();

        assertThat(err.toString().lines())
                .containsExactly(
                        "100 of 1000 pictures, 10.0 a second, 1 min 30 s left",
                        "200 of 1000 pictures, 10.0 a second, 1 min 20 s left");
    }

    @Test
    void onATerminalItIsOneLineThatIsWrittenOverAndEndsEmpty() {
        ProgressLine line = line(true);
        now = TimeUnit.SECONDS.toNanos(1);
        line.done(500);
        line.done(501);
        now = TimeUnit.SECONDS.toNanos(2);
        line.done(1000);
        line.end();

        assertThat(err.toString())
                .startsWith(
                        "\r[" + "#".repeat(15) + " ".repeat(15) + "] 500 of 1000 pictures, 500.0 a second, 1 s left")
                .contains("\r[" + "#".repeat(30) + "] 1000 of 1000 pictures, 500.0 a second, 0 s left")
                .doesNotContain("501")
                .endsWith(" \r");
    }

    @Test
    void aShortCommandSaysNothing() {
        ProgressLine line = line(false);
        line.done(1000);
        line.end();

        assertThat(err.toString()).isEmpty();
    }
}
