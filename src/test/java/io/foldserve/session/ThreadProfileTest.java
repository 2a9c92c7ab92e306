package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThreadProfileTest {
    @Test
    void throughputGivesEveryRunOneThread() {
        assertThat(ThreadProfile.THROUGHPUT.sharedThreads(4)).isEqualTo(1);
        assertThat(ThreadProfile.THROUGHPUT.aloneThreads(4)).isEqualTo(1);
    }

    @Test
    void latencyGivesEveryRunAllCores() {
        assertThat(ThreadProfile.LATENCY.sharedThreads(4)).isEqualTo(4);
        assertThat(ThreadProfile.LATENCY.aloneThreads(4)).isEqualTo(4);
    }

    @Test
    void adaptiveGivesARunThatIsAloneAllCoresAndOthersOne() {
        assertThat(ThreadProfile.ADAPTIVE.sharedThreads(4)).isEqualTo(1);
        assertThat(ThreadProfile.ADAPTIVE.aloneThreads(4)).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void refusesFewerThanOneCore(ThreadProfile profile) {
        assertThatThrownBy(() -> profile.sharedThreads(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> profile.aloneThreads(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countsAtLeastOneCore() {
        assertThat(CpuQuota.cores()).isPositive();
    }

    @Test
    void refusesASessionWithoutThreads() {
        assertThatThrownBy(() -> new SessionSettings(0, false, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found 0");
    }
}
