package io.foldserve.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DeviationTest {

    @Test
    void reportsInteriorAndBorderApartRelativeToTheMagnitude() {
        Deviation deviation =
                Deviation.of(values(1, 2, 3), values(1.5, 2, 4), values(2, 10, 4), element -> element < 2);
        assertThat(deviation).isEqualTo(new Deviation(0.25, 0.25));
        assertThat(Deviation.of(values(0, 1), values(4, 1.5), values(8, 8), element -> element == 0))
                .isEqualTo(new Deviation(0.5, 0.0625));
    }

    @Test
    void isZeroForEqualValuesAlsoWithoutMagnitude() {
        assertThat(Deviation.of(values(0, -0.0), values(0, 0.0), values(0, 0), element -> true)
                        .largest())
                .isZero();
    }

    @Test
    void isInfiniteForADifferenceWithoutMagnitudeAndForNaN() {
        assertThat(Deviation.of(values(1), values(0), values(0), element -> false)
                        .border())
                .isInfinite();
        assertThat(Deviation.of(values(Double.NaN), values(0), values(1), element -> false)
                        .border())
                .isInfinite();
        assertThat(Deviation.of(values(1), values(0), values(Double.NaN), element -> false)
                        .border())
                .isInfinite();
    }

    @Test
    void refusesToCompareOtherShapes() {
        assertThatThrownBy(() -> Deviation.of(values(1), values(1, 2), values(1), element -> true))
                .hasMessageContaining("FLOAT64 2");
    }

    private static Tensor values(double... values) {
        return Tensor.ofDoubles(Shape.of(values.length), values);
    }
}
