package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service on its embedded store. */
class ExperimentStoreIT {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Answers to the digit, each with its feedback; returns how many were acknowledged. */
    static int feedback(ServiceProcess service, int answers) throws IOException, InterruptedException {
        int acknowledged = 0;
        for (int i = 0; i < answers; i++) {
            JsonNode answer = JSON.readTree(
                    service.predict("digits", ServiceProcess.DIGIT).join().body());
            String feedback = "{\"id\": \"%s\", \"label\": \"3\"}"
                    .formatted(answer.path("id").asText());
            acknowledged += service.post("/v1/models/digits/feedback", feedback).statusCode() == 202 ? 1 : 0;
        }
        return acknowledged;
    }

    /** How many answers with feedback the experiment has counted, of all variants. */
    static long counted(ServiceProcess service) throws IOException, InterruptedException {
        long counted = 0;
        for (JsonNode variant : experiment(service).path("variants")) {
            counted += variant.path("accuracy").path("n").asLong();
        }
        return counted;
    }

    static JsonNode experiment(ServiceProcess service) throws IOException, InterruptedException {
        return JSON.readTree(service.get("/v1/models/digits/experiment").body());
    }

    @Test
    void aKilledProcessHasLostNothingThatItAcknowledged(@TempDir Path data) throws IOException, InterruptedException {
        int acknowledged;
        try (ServiceProcess service = ServiceProcess.ready("foldserve.parity.at-load=0s", "foldserve.data=" + data)) {
            acknowledged = feedback(service, 25);
            service.kill();
        }
        assertThat(acknowledged).isEqualTo(25);
        try (ServiceProcess service = ServiceProcess.ready("foldserve.parity.at-load=0s", "foldserve.data=" + data)) {
            assertThat(counted(service)).isEqualTo(25);
        }
    }
}
