package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.meter.Outcome;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "7f3b2c1e-0000-4000-8000-000000000001", "gateway/42:eu+1@host~x._-"})
    void aClientsNameIsKept(String given) {
        assertThat(RequestId.of(given)).isEqualTo(given);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "two words", "line\nbreak", "id=1 status=200", "ä", "<script>", "\"", "a;b", "a,b"})
    void aNameThatCouldBeMoreThanAWordIsReplaced(String given) {
        assertThat(RequestId.of(given)).isNotEqualTo(given).matches("[0-9a-f-]{36}");
    }

    @Test
    void aNameThatIsTooLongIsReplacedAndOneThatIsNotThereIsMade() {
        assertThat(RequestId.of("x".repeat(128))).hasSize(128);
        assertThat(RequestId.of("x".repeat(129))).hasSize(36);
        assertThat(RequestId.of(null)).hasSize(36).isNotEqualTo(RequestId.of(null));
    }

    @Test
    void aTraceIsTakenInTheStandardsFormOnly() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assertThat(RequestId.trace("00-" + trace + "-00f067aa0ba902b7-01")).contains(trace);
        assertThat(RequestId.trace("00-" + trace + "-00f067aa0ba902b7")).isEmpty();
        assertThat(RequestId.trace("00-" + trace.toUpperCase(Locale.ROOT) + "-00f067aa0ba902b7-01"))
                .isEmpty();
        assertThat(RequestId.trace(null)).isEmpty();
    }

    @Test
    void whatAClientWroteIsOneWordOfTheLine() {
        assertThat(AccessLine.word("/v1/models/digits/predict")).isEqualTo("/v1/models/digits/predict");
        assertThat(AccessLine.word("/a b\r\nid=\"x\"\u2028ä")).isEqualTo("/a?b??id??x???");
        assertThat(AccessLine.word("x".repeat(300))).hasSize(203).endsWith("...");
        assertThat(AccessLine.word(null)).isEqualTo("-");
    }

    @ParameterizedTest
    @CsvSource({"0, OK", "3, REFUSED", "4, DEADLINE", "7, REFUSED", "8, OVERLOADED", "13, ERROR", "14, UNAVAILABLE"})
    void aStatusOfGrpcHasOneOutcome(String code, Outcome outcome) {
        assertThat(AccessLine.outcomeOfGrpc(code)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "200, OK",
        "304, OK",
        "400, REFUSED",
        "401, REFUSED",
        "404, REFUSED",
        "429, OVERLOADED",
        "499, CANCELLED",
        "500, ERROR",
        "501, ERROR",
        "503, UNAVAILABLE",
        "504, DEADLINE"
    })
    void aStatusHasOneOutcome(int status, Outcome outcome) {
        assertThat(AccessLine.outcome(status, false)).isEqualTo(outcome);
        assertThat(AccessLine.outcome(status, true)).isEqualTo(Outcome.CANCELLED);
    }
}
