package io.foldserve.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers of 16 bits, rounded once to nearest even. */
class NarrowFloatTest {
    private static double value(DType type, int bits) {
        ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) bits);
        return Tensor.ofBytes(type, Shape.of(1), bytes).toDoubles()[0];
    }

    @Test
    void everyNumberThatIsOneKeepsItsBits() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            double half = value(DType.FLOAT16, bits);
            double brain = value(DType.BFLOAT16, bits);
            if (!Double.isNaN(half)) {
                assertThat(NarrowFloat.BINARY16.bits(half) & 0xFFFF).isEqualTo(bits);
            }
            if (!Double.isNaN(brain)) {
                assertThat(NarrowFloat.BFLOAT16.bits(brain) & 0xFFFF).isEqualTo(bits);
            }
        }
    }

    /** 1 + 2⁻¹¹ + 2⁻⁴⁰ is 1 + 2⁻¹¹ in float32, of which 1 would be the even neighbour. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "0x1.002p0, 0x3c00",
        "0x1.0020000001p0, 0x3c01",
        "0x1.006p0, 0x3c02",
        "65504, 0x7bff",
        "65519.99, 0x7bff",
        "65520, 0x7c00",
        "-1e300, 0xfc00",
        "Infinity, 0x7c00",
        "NaN, 0x7e00",
        "-0.0, 0x8000",
        "0x1p-14, 0x0400",
        "0x0.ffep-14, 0x0400",
        "0x1p-24, 0x0001",
        "0x1p-25, 0x0000",
        "0x1.8p-25, 0x0001",
        "-0x1.8p-24, 0x8002",
        "4.9e-324, 0x0000"
    })
    void roundsToHalfPrecisionOnce(double value, String bits) {
        assertThat(NarrowFloat.BINARY16.bits(value) & 0xFFFF).isEqualTo(Integer.decode(bits));
    }

    /** 1 + 2⁻⁸ + 2⁻⁴⁰ is 1 + 2⁻⁸ in float32, of which 1 would be the even neighbour. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "0x1.01p0, 0x3f80",
        "0x1.0100000001p0, 0x3f81",
        "0x1.03p0, 0x3f82",
        "0x1.fep127, 0x7f7f",
        "0x1.ffp127, 0x7f80",
        "NaN, 0x7fc0",
        "-0x1p-133, 0x8001",
        "0x1p-134, 0x0000"
    })
    void roundsToBfloat16Once(double value, String bits) {
        assertThat(NarrowFloat.BFLOAT16.bits(value) & 0xFFFF).isEqualTo(Integer.decode(bits));
    }
}
