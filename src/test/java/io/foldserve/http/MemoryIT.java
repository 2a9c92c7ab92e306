package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.benchmark.MemoryAttack;
import io.foldserve.benchmark.MemoryAttack.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** The packaged service on a heap of 96 MB that ends the process where it is not enough, before legal requests. */
class MemoryIT {
    private static final Duration LENGTH = Duration.ofSeconds(2);
    private static final int CLIENTS = 24;

    @Test
    void whatRequestsHoldNeverEndsTheProcess() throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready(
                "-Xmx96m",
                "-XX:+ExitOnOutOfMemoryError",
                "foldserve.parity.at-load=0s",
                "foldserve.fold.timing=false")) {
            for (Kind kind : new Kind[] {Kind.PADDED, Kind.CHUNKED, Kind.CMYK, Kind.INTERLACED}) {
                Map<String, LongAdder> answers = MemoryAttack.run(service.port(), kind, 1_700, CLIENTS, LENGTH);

                assertThat(answers.keySet()).as(kind.name()).containsAnyOf("200", "honest 200");
                assertThat(answers.keySet())
                        .as(kind.name())
                        .isSubsetOf("200", "429", "lost", "honest 200", "honest 429");
            }
            assertThat(service.predict("digits", ServiceProcess.DIGIT).join().statusCode())
                    .isEqualTo(200);
            assertThat(service.log()).doesNotContain("OutOfMemoryError");
        }
    }
}
