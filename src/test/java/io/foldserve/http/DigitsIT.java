package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers where the machine's own digits are others than 0 to 9. */
class DigitsIT {
    @ParameterizedTest
    @CsvSource({"ar,EG", "hi,IN", "fa,IR", "tr,TR"})
    void answersAndMessagesHaveDigits0To9(String language, String country) throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready(
                "user.language=" + language,
                "user.country=" + country,
                "foldserve.request.max-pixels=10",
                "foldserve.parity.at-load=0s")) {
            assertThat(service.predict("digits", ServiceProcess.DIGIT).join().body())
                    .contains("32×32")
                    .matches("\\{\"error\":\"\\p{ASCII}*×\\p{ASCII}*\"}");
            assertThat(service.get("/v1/models").body()).doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
            assertThat(service.get("/q/metrics").body()).doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
        }
    }
}
