package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.benchmark.MixedLoad;
import io.foldserve.benchmark.ProcessStatus;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nothing that requests of every form open stays open; {@code SlopeBenchmark} looks for longer, and at the memory. */
class SlopesIT {
    private static final int CLIENTS = 4;

    /** Idle connections that the framework has not closed yet, and threads that it starts when it is asked more. */
    private static final int FEW = 8;

    @Test
    void noThreadAndNoDescriptorStays() throws IOException, InterruptedException {
        try (ServiceProcess service =
                ServiceProcess.ready("foldserve.parity.at-load=0s", "foldserve.fold.timing=false")) {
            MixedLoad load = new MixedLoad(service.port());
            load.run(CLIENTS, 500);
            ProcessStatus before = service.status();

            assertThat(load.run(CLIENTS, 2_000).keySet())
                    .containsExactly(
                            "BROKEN 400",
                            "CALL 200",
                            "FORM 200",
                            "JSON 200",
                            "KEPT 200",
                            "MASK 200",
                            "NEW HTTP/1.1 200",
                            "NOWHERE 404",
                            "UNREAD gone",
                            "VANISHED gone");

            ProcessStatus after = service.status();
            for (int wait = 0; wait < 100 && !isNoMore(before, after); wait++) {
                TimeUnit.MILLISECONDS.sleep(100);
                after = service.status();
            }
            assertThat(isNoMore(before, after)).as("%s, then %s", before, after).isTrue();
        }
    }

    private static boolean isNoMore(ProcessStatus before, ProcessStatus after) {
        return after.threads() <= before.threads() + FEW && after.descriptors() <= before.descriptors() + FEW;
    }
}
