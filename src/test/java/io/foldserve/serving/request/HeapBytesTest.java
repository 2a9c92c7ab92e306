package io.foldserve.serving.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapBytesTest {
    @Test
    void aSmallArrayTakesItsBytesAndItsHead() {
        assertThat(HeapBytes.of(0)).isEqualTo(16);
        assertThat(HeapBytes.of(16_368)).isEqualTo(16_384);
        assertThat(HeapBytes.of((1 << 19) - 16)).isEqualTo(1 << 19);
    }

    @Test
    void aLargeArrayTakesWholeRegions() {
        assertThat(HeapBytes.of((1 << 19) - 15)).isEqualTo(1 << 20);
        assertThat(HeapBytes.of((2 << 20) - 16)).isEqualTo(2 << 20);
        assertThat(HeapBytes.of(2 << 20)).isEqualTo(3 << 20);
        assertThat(HeapBytes.of(10_000_000)).isEqualTo(10 << 20);
    }
}
