package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoding whose result nobody wants any more ends where it is, as what it is: no damage of the picture. */
class DecodingCancelledTest {
    private static final ImageLimits LIMITS = new ImageLimits(10_000);

    private static final class Patience implements Runnable {
        private final AtomicInteger asked = new AtomicInteger();
        private final int patience;

        private Patience(int patience) {
            this.patience = patience;
        }

        @Override
        public void run() {
            if (asked.incrementAndGet() > patience) {
                throw new CancellationException("nobody waits");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sampled-420.jpg",
                "progressive.jpg",
                "restarts.jpg",
                "grey.jpg",
                "cmyk.jpg",
                "ycck.jpg",
                "rgb8.png",
                "palette4-interlaced.png"
            })
    void endsAtWhateverPointItIsGivenUp(String name) {
        byte[] file = GoldenPictures.bytes("decode/" + name);
        Patience endless = new Patience(Integer.MAX_VALUE);
        ImageDecoder.decode(file, LIMITS.whileWanted(endless));
        int questions = endless.asked.get();

        assertThat(questions).isGreaterThanOrEqualTo(20);
        for (int patience = 0; patience < questions; patience++) {
            Patience hasty = new Patience(patience);
            assertThatThrownBy(() -> ImageDecoder.decode(file, LIMITS.whileWanted(hasty)))
                    .as("given up at question %d of %d", patience + 1, questions)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("nobody waits");
            assertThat(hasty.asked).as("nothing is read after the end").hasValue(patience + 1);
        }
    }

    @Test
    void isNotDisturbedByAnotherThatWasGivenUp() {
        byte[] file = GoldenPictures.bytes("decode/progressive.jpg");
        RasterImage before = ImageDecoder.decode(file, LIMITS);
        assertThatThrownBy(() -> ImageDecoder.decode(file, LIMITS.whileWanted(new Patience(3))))
                .isInstanceOf(CancellationException.class);

        assertThat(ImageDecoder.decode(file, LIMITS).samples()).isEqualTo(before.samples());
    }
}
