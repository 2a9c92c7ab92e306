package io.foldserve.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Where masks differ, against figures made by hand. */
class MaskDifferenceTest {
    private static final List<String> LABELS = List.of("background", "cat", "dog", "unseen");

    private static SegmentationAnswer mask(int width, int... classes) {
        return SegmentationAnswer.of(width, classes.length / width, classes, LABELS);
    }

    @Test
    void equalMasksDifferNowhere() {
        MaskDifference none = MaskDifference.between(mask(2, 0, 1, 2, 1), mask(2, 0, 1, 2, 1), 4);
        assertThat(none.pixels()).isZero();
        assertThat(none.pixelAgreement()).isEqualTo(1);
        assertThat(none.meanIou()).isEqualTo(1);
    }

    @Test
    void theMeanIsOverTheClassesOfEitherMask() {
        // background 1 of 2, cat 1 of 3, dog 0 of 1; nothing is unseen.
        MaskDifference difference = MaskDifference.between(mask(4, 0, 0, 1, 1), mask(4, 0, 1, 1, 2), 4);
        assertThat(difference.pixels()).isEqualTo(2);
        assertThat(difference.pixelAgreement()).isEqualTo(0.5);
        assertThat(difference.meanIou()).isCloseTo((1 / 2.0 + 1 / 3.0 + 0) / 3, within(1e-15));
    }

    @Test
    void theMasksCanBeSwapped() {
        SegmentationAnswer first = mask(3, 0, 1, 2, 2, 1, 0);
        SegmentationAnswer second = mask(3, 0, 2, 2, 1, 1, 1);
        MaskDifference ours = MaskDifference.between(first, second, 4);
        MaskDifference theirs = MaskDifference.between(second, first, 4);
        assertThat(ours.meanIou()).isEqualTo(theirs.meanIou());
        assertThat(ours.png()).isEqualTo(theirs.png());
    }

    @Test
    void thePictureIsOneWhereTheyDiffer() throws IOException {
        byte[] png = MaskDifference.between(mask(2, 0, 1, 2, 1), mask(2, 1, 1, 2, 0), 4)
                .png();
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getRaster().getSamples(0, 0, 2, 2, 0, (int[]) null))
                .containsExactly(1, 0, 0, 1);
    }

    @Test
    void masksOfAnotherSizeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MaskDifference.between(mask(2, 0, 1, 2, 1), mask(4, 0, 1, 2, 1), 4))
                .withMessageStartingWith("masks of different sizes: mask 2×2");
    }
}
