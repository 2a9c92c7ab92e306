package io.foldserve.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.task.image.Interpolation;
import io.foldserve.task.image.LabelMask;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A mask goes the way of its picture: {@link Preprocessing#apply(LabelMask)}. */
class MaskGeometryTest {
    private static final int NONE = LabelMask.IGNORED;

    private static Preprocessing preprocessing(int width, int height, Resize resize, boolean crop) {
        return new Preprocessing(
                width,
                height,
                Colour.GREY,
                resize,
                Interpolation.BILINEAR,
                crop,
                List.of(0.5),
                List.of(0.5),
                Preprocessing.UNIT_SCALE);
    }

    @Test
    void staysWhereNothingIsResized() {
        LabelMask mask = new LabelMask(3, 2, 1, 2, 3, 4, 5, 255);
        assertThat(preprocessing(3, 2, new Resize.Exact(3, 2), false).apply(mask))
                .containsExactly(1, 2, 3, 4, 5, 255);
    }

    @Test
    void takesTheNearestPixelAndMakesUpNoClassBetween() {
        LabelMask mask = new LabelMask(2, 2, 1, 9, 3, 7);
        assertThat(preprocessing(4, 2, new Resize.Exact(4, 2), false).apply(mask))
                .containsExactly(1, 1, 9, 9, 3, 3, 7, 7);
        LabelMask wide = new LabelMask(4, 1, 1, 2, 3, 4);
        assertThat(preprocessing(2, 1, new Resize.Exact(2, 1), false).apply(wide))
                .containsExactly(2, 4);
    }

    @Test
    void isCroppedInTheMiddle() {
        LabelMask mask = new LabelMask(4, 2, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(preprocessing(2, 2, new Resize.ShorterSide(2), true).apply(mask))
                .containsExactly(2, 3, 6, 7);
    }

    @Test
    void ignoresWhatTheCropAddsAroundIt() {
        LabelMask mask = new LabelMask(2, 2, 1, 2, 3, 4);
        assertThat(preprocessing(4, 4, new Resize.Exact(2, 2), true).apply(mask))
                .containsExactly(NONE, NONE, NONE, NONE, NONE, 1, 2, NONE, NONE, 3, 4, NONE, NONE, NONE, NONE, NONE);
    }
}
