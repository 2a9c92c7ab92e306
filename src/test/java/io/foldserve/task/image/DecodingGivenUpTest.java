package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A decoding whose deadline passes ends between two of its parts, with the reason it was given up for. */
class DecodingGivenUpTest {
    private static final ImageLimits LIMITS = new ImageLimits(10_000);

    @ParameterizedTest
    @CsvSource({
        "progressive.jpg, 1",
        "cmyk.jpg, 1",
        "rgb8.png, 28",
        "palette8-interlaced.png, 20",
        "full-code-table.gif, 3",
        "lzw.tiff, 1",
        "lossy.webp, 0"
    })
    void endsWithTheReasonItWasGivenUpFor(String name, int parts) {
        AtomicInteger asked = new AtomicInteger();
        Runnable going = () -> {
            if (asked.incrementAndGet() > parts) {
                throw new CancellationException("late");
            }
        };

        assertThatThrownBy(() ->
                        ImageDecoder.decode(GoldenPictures.bytes("decode/" + name), LIMITS.within(bytes -> {}, going)))
                .isInstanceOf(CancellationException.class)
                .hasMessage("late");
    }
}
