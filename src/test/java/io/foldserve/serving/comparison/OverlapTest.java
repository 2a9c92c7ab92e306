package io.foldserve.serving.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OverlapTest {
    /** Three classes, the last of which no mask marks, in the sample alone. */
    private static final Overlap OVERLAP =
            new Overlap(new long[][] {{60}, {40}, {0}}, new long[][] {{70}, {30}, {0}}, new long[][] {{55}, {25}, {0}});

    @Test
    void takesTheMeanOverTheClassesThatEitherMarks() {
        assertThat(OVERLAP.iou(0, 0)).isEqualTo(55.0 / 75);
        assertThat(OVERLAP.iou(1, 0)).isEqualTo(25.0 / 45);
        assertThat(OVERLAP.iou(2, 0)).isNaN();
        assertThat(OVERLAP.meanIou(0)).isEqualTo((55.0 / 75 + 25.0 / 45) / 2);
    }

    @Test
    void countsThePixelsOfTheSameClass() {
        assertThat(OVERLAP.pixelAgreement(0)).isEqualTo(0.8);
        assertThat(OVERLAP.pixels()).isEqualTo(100);
        assertThat(OVERLAP.pixels(1)).isEqualTo(30);
    }

    @Test
    void isNoNumberWithoutPixels() {
        Overlap empty = new Overlap(new long[1][1], new long[1][1], new long[1][1]);
        assertThat(empty.meanIou(0)).isNaN();
        assertThat(empty.pixelAgreement(0)).isNaN();
    }
}
