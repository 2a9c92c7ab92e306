package io.foldserve.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.catalogue.NotLoadedException;
import io.foldserve.task.InvalidRequestException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a status says, however long what it tells of is. */
class TrailerTextTest {
    private static String described(Throwable failure) {
        return Optional.ofNullable(GrpcErrors.of(failure).getStatus().getDescription())
                .orElseThrow();
    }

    @Test
    void aSentenceThatFitsIsWhole() {
        assertThat(TrailerText.of("")).isEmpty();
        assertThat(TrailerText.of("model x: 3×3, expected 5 %")).isEqualTo("model x: 3×3, expected 5 %");
        assertThat(TrailerText.of("a".repeat(4096))).isEqualTo("a".repeat(4096));
    }

    @Test
    void aSentenceThatIsTooLongIsCutAndSaysHowLongItIs() {
        assertThat(TrailerText.of("a".repeat(4097))).isEqualTo("a".repeat(4096) + "... (4097 characters)");
        assertThat(TrailerText.of("%".repeat(5000))).isEqualTo("%".repeat(1365) + "... (5000 characters)");
    }

    @Test
    void noCharacterIsCutInHalf() {
        // Four bytes, so twelve in the trailer, and two places in a string.
        assertThat(TrailerText.of("\uD83D\uDE00".repeat(400)))
                .isEqualTo("\uD83D\uDE00".repeat(341) + "... (800 characters)");
    }

    @Test
    void everyStatusIsCut() {
        StatusRuntimeException own =
                Status.NOT_FOUND.withDescription("x".repeat(100_000)).asRuntimeException();

        assertThat(described(own)).endsWith("... (100000 characters)").hasSizeLessThan(4200);
        assertThat(GrpcErrors.of(own).getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(described(new NotLoadedException("p".repeat(40_000)))).hasSizeLessThan(4200);
        assertThat(described(new InvalidRequestException("q".repeat(40_000)))).hasSizeLessThan(4200);
    }

    @Test
    void aShortStatusIsAsItWas() {
        assertThat(described(Status.NOT_FOUND.withDescription("no such model").asRuntimeException()))
                .isEqualTo("no such model");
        assertThat(described(new InvalidRequestException("no picture"))).isEqualTo("no picture");
    }
}
