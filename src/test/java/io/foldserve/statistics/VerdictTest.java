package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.statistics.Verdict.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final SampleRatio FAIR = new SampleRatio(0.5);

    private static Verdict once(double low, double value, double high) {
        return Verdict.once("doconv", "baseline", "accuracy", new Estimate(value, new Interval(low, high)), 0.01);
    }

    @Test
    void ofASingleLookNamesTheBetterOne() {
        assertThat(once(0.005, 0.02, 0.035))
                .isEqualTo(new Verdict(
                        Outcome.FIRST_BETTER,
                        "doconv better: accuracy of doconv less that of baseline is +2.0 points [+0.5, +3.5]"));
        assertThat(once(-0.035, -0.02, -0.005))
                .isEqualTo(new Verdict(
                        Outcome.SECOND_BETTER,
                        "baseline better: accuracy of doconv less that of baseline is -2.0 points [-3.5, -0.5]"));
    }

    @Test
    void ofASingleLookADifferenceWithinTheMarginIsNone() {
        assertThat(once(0.001, 0.004, 0.007))
                .isEqualTo(new Verdict(Outcome.EQUIVALENT, "equivalent within ±1 point: +0.4 points [+0.1, +0.7]"));
    }

    @Test
    void ofASingleLookAWideIntervalDecidesNothing() {
        assertThat(once(-0.01, 0.02, 0.05))
                .isEqualTo(new Verdict(
                        Outcome.UNDECIDED,
                        "undecided: accuracy of doconv and baseline differs by +2.0 points [-1.0, +5.0];"
                                + " more pictures would narrow it"));
    }

    @Test
    void ofPairsThatKeepComing() {
        assertThat(Verdict.paired("doconv", "baseline", new PairedTable(900, 80, 20, 0), 0.01))
                .matches(verdict -> verdict.outcome() == Outcome.FIRST_BETTER)
                .matches(verdict -> verdict.sentence().startsWith("doconv better: accuracy"));
        assertThat(Verdict.paired("doconv", "baseline", new PairedTable(900, 20, 80, 0), 0.01)
                        .outcome())
                .isEqualTo(Outcome.SECOND_BETTER);
        assertThat(Verdict.paired("doconv", "baseline", new PairedTable(99_000, 300, 300, 400), 0.025))
                .matches(verdict -> verdict.outcome() == Outcome.EQUIVALENT)
                .matches(verdict -> verdict.sentence().startsWith("equivalent within ±2.5 points: "));
        assertThat(Verdict.paired("doconv", "baseline", new PairedTable(900, 30, 20, 50), 0.01))
                .isEqualTo(new Verdict(Outcome.UNDECIDED, "undecided: about 252 more disagreements at this rate"));
        assertThat(Verdict.paired("doconv", "baseline", new PairedTable(90, 5, 5, 0), 0.01)
                        .sentence())
                .isEqualTo("undecided: 10 disagreements so far, as many won by one as by the other");
        assertThat(Verdict.paired("doconv", "baseline", new PairedTable(9, 0, 0, 1), 0.01)
                        .sentence())
                .isEqualTo("undecided: there is no disagreement with a known right answer yet");
    }

    private static Verdict unpaired(long first, long second, long n, SampleRatio ratio) {
        return Verdict.unpaired("doconv", "baseline", new Proportion(first, n), new Proportion(second, n), ratio, 0.01);
    }

    @Test
    void ofGroupsThatKeepGrowing() {
        assertThat(unpaired(1900, 1700, 2000, FAIR).outcome()).isEqualTo(Outcome.FIRST_BETTER);
        assertThat(unpaired(1700, 1900, 2000, FAIR).outcome()).isEqualTo(Outcome.SECOND_BETTER);
        assertThat(unpaired(95_000, 95_020, 100_000, FAIR).outcome()).isEqualTo(Outcome.EQUIVALENT);
        assertThat(unpaired(180, 170, 200, FAIR))
                .matches(verdict -> verdict.outcome() == Outcome.UNDECIDED)
                .matches(verdict -> verdict.sentence().endsWith("more answers with feedback would narrow it"));
    }

    @Test
    void ofABrokenSplitNothingElseIsSaid() {
        SampleRatio broken = SampleRatio.of(List.of(5210L, 4790L), List.of(50, 50));
        assertThat(unpaired(1900, 1700, 2000, broken))
                .isEqualTo(new Verdict(
                        Outcome.BROKEN,
                        "assignment is broken: counts like these have probability 2.7e-05 under the declared shares"));
    }

    @Test
    void ofLatencies() {
        assertThat(latency(1.001, 0.99, 1.01, 0.001).sentence())
                .isEqualTo("equally fast within ±2 %: 1.001 [0.990, 1.010] of 12 blocks");
        assertThat(latency(0.9, 0.88, 0.92, 1).sentence())
                .isEqualTo("doconv faster than baseline: 0.900 [0.880, 0.920] of 12 blocks");
        assertThat(latency(1.1, 1.08, 1.12, 1).sentence())
                .isEqualTo("doconv slower than baseline: 1.100 [1.080, 1.120] of 12 blocks");
        assertThat(latency(1, 0.9, 1.1, 0.4).sentence())
                .isEqualTo("latency undecided: 1.000 [0.900, 1.100] of 12 blocks");
    }

    private static Verdict latency(double ratio, double low, double high, double pValue) {
        return Verdict.latency("doconv", "baseline", new Equivalence(ratio, new Interval(low, high), pValue, 12));
    }
}
