package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThreadProfileTest {
    @Test
    void throughputRunsAsManySingleThreadedRunsAsThereAreCores() {
        assertThat(ThreadProfile.THROUGHPUT.intraOpThreads(4)).isEqualTo(1);
        assertThat(ThreadProfile.THROUGHPUT.concurrentRuns(4)).isEqualTo(4);
    }

    @Test
    void latencyGivesOneRunAllCores() {
        assertThat(ThreadProfile.LATENCY.intraOpThreads(4)).isEqualTo(4);
        assertThat(ThreadProfile.LATENCY.concurrentRuns(4)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void neverComputesOnMoreThreadsThanCores(ThreadProfile profile) {
        for (int cores = 1; cores <= 64; cores++) {
            assertThat(profile.intraOpThreads(cores) * profile.concurrentRuns(cores))
                    .isEqualTo(cores);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesFewerThanOneCore(ThreadProfile profile) {
        assertThatThrownBy(() -> profile.intraOpThreads(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> profile.concurrentRuns(0)).isInstanceOf(IllegalArgumentException.class);
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
