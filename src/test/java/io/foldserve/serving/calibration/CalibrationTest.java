package io.foldserve.serving.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.cost.CostModel;
import java.util.EnumMap;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
    private static final CostModel MACHINE = new CostModel(0.012, 0.01, 0.011, 0.02, 0.1, 0.03, 0.02, 900);

    /** What the probes take on {@link #MACHINE}. */
    private static Map<TimedOperator, Double> nanos() {
        Map<TimedOperator, Double> nanos = new EnumMap<>(TimedOperator.class);
        nanos.put(TimedOperator.POINTWISE, took(TimedOperator.POINTWISE, MACHINE.pointwise()));
        nanos.put(TimedOperator.DENSE, took(TimedOperator.DENSE, MACHINE.dense()));
        nanos.put(TimedOperator.LARGE, took(TimedOperator.LARGE, MACHINE.large()));
        nanos.put(TimedOperator.GROUPED, took(TimedOperator.GROUPED, MACHINE.grouped()));
        nanos.put(TimedOperator.DEPTHWISE, took(TimedOperator.DEPTHWISE, MACHINE.depthwise()));
        nanos.put(TimedOperator.PRODUCT, took(TimedOperator.PRODUCT, MACHINE.product()));
        nanos.put(TimedOperator.ADDITION, TimedOperator.ADDITION.bytes() * MACHINE.moved() + MACHINE.launch());
        nanos.put(TimedOperator.LAUNCH, MACHINE.launch());
        return nanos;
    }

    private static double took(TimedOperator probe, double perMac) {
        return probe.macs() * perMac + probe.bytes() * MACHINE.moved() + MACHINE.launch();
    }

    @Test
    void findsThePricesThatTheTimesAreMadeOf() {
        double[] found = Calibration.model(nanos()).orElseThrow().prices();
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(MACHINE.prices()[i], Percentage.withPercentage(1e-6));
        }
    }

    @Test
    void neverFindsArithmeticFree() {
        Map<TimedOperator, Double> nanos = nanos();
        nanos.put(TimedOperator.DEPTHWISE, TimedOperator.DEPTHWISE.bytes() * MACHINE.moved() / 2);
        assertThat(Calibration.model(nanos).orElseThrow().depthwise()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void refusesALongerChainThatWasNotSlower(TimedOperator probe) {
        Map<TimedOperator, Double> nanos = nanos();
        nanos.put(probe, -1.0);
        assertThat(Calibration.model(nanos)).isEmpty();
        nanos.put(probe, Double.NaN);
        assertThat(Calibration.model(nanos)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 20})
    void refusesDenseKernelsThatAreNotAlike(double factor) {
        Map<TimedOperator, Double> nanos = nanos();
        nanos.computeIfPresent(TimedOperator.LARGE, (probe, took) -> took * factor);
        assertThat(Calibration.model(nanos)).isEmpty();
    }

    @Test
    void refusesAMachineAThousandTimesSlower() {
        Map<TimedOperator, Double> nanos = nanos();
        nanos.replaceAll((probe, took) -> took * 1e3);
        assertThat(Calibration.model(nanos)).isEmpty();
    }

    @Test
    void theGenericPricesArePlausible() {
        assertThat(Calibration.isPlausible(CostModel.GENERIC)).isTrue();
    }
}
