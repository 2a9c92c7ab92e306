package io.foldserve.http;

import static io.foldserve.http.ExperimentStoreIT.counted;
import static io.foldserve.http.ExperimentStoreIT.experiment;
import static io.foldserve.http.ExperimentStoreIT.feedback;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.store.PostgresServer;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Packaged services on a real PostgreSQL server; {@code .ci/run} installs one. */
@Tag("postgresql")
class PostgresIT {

    @Test
    void twoProcessesAddUpAndOutliveTheDatabaseBeingGone() throws IOException, InterruptedException {
        try (PostgresServer server = new PostgresServer();
                ServiceProcess one = start(server);
                ServiceProcess other = start(server)) {
            assertThat(feedback(one, 5) + feedback(other, 7)).isEqualTo(12);
            assertThat(counted(one)).isEqualTo(12);
            assertThat(counted(other)).isEqualTo(12);

            server.stop();
            assertThat(one.predict("digits", ServiceProcess.DIGIT).join().statusCode())
                    .isEqualTo(200);
            assertThat(feedback(one, 1)).isZero();
            assertThat(experiment(one).path("countedBy").asText()).isEqualTo("this");
            server.start();

            awaitCountedByAll(one);
            assertThat(feedback(one, 1)).isEqualTo(1);
            assertThat(counted(other)).isEqualTo(13);
        }
    }

    private static ServiceProcess start(PostgresServer server) throws IOException, InterruptedException {
        return ServiceProcess.ready("foldserve.parity.at-load=0s", "foldserve.store.url=" + server.url());
    }

    private static void awaitCountedByAll(ServiceProcess service) throws IOException, InterruptedException {
        for (int i = 0;
                i < 60 && !experiment(service).path("countedBy").asText().equals("all");
                i++) {
            Thread.sleep(500);
        }
        assertThat(experiment(service).path("countedBy").asText()).isEqualTo("all");
    }
}
