package io.foldserve.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TensorRangeTest {
    private static final Shape SHAPE = Shape.of(3, 4);

    @Test
    void aRangeOfElementsIsThatPartOfAllOfThem() {
        float[] values = {-2, 0.1f, 3, 7e-40f, 5, 6, 1e30f, 8, -9, 10, 11, 12};
        Tensor floats = Tensor.ofFloats(SHAPE, values);
        Tensor doubles = Tensor.ofDoubles(SHAPE, floats.toDoubles());
        Tensor longs = Tensor.ofLongs(SHAPE, 1, -2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1L << 52);
        for (Tensor tensor : new Tensor[] {floats, doubles, longs}) {
            assertThat(tensor.toDoubles(3, 8))
                    .as(tensor.toString())
                    .containsExactly(Arrays.copyOfRange(tensor.toDoubles(), 3, 8));
        }
        assertThat(floats.toDoubles()).startsWith(-2, 0.1f).endsWith(12);
        assertThat(floats.toDoubles(12, 12)).isEmpty();
    }

    @Test
    void aRangeOutsideTheElementsIsRefused() {
        Tensor tensor = Tensor.ofFloats(SHAPE, new float[12]);
        assertThatThrownBy(() -> tensor.toDoubles(8, 13)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.toDoubles(-1, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.toDoubles(5, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
