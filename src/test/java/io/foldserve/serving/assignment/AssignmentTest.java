package io.foldserve.serving.assignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.statistics.SampleRatio;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssignmentTest {
    private static final UnitSource USER = new UnitSource(UnitSource.Kind.HEADER, "X-User-Id");

    private static Map<String, Integer> shares(int... shares) {
        Map<String, Integer> named = new LinkedHashMap<>();
        IntStream.range(0, shares.length).forEach(i -> named.put(String.valueOf((char) ('a' + i)), shares[i]));
        return named;
    }

    private static Experiment sticky(String salt, int... shares) {
        return new Experiment("e", Optional.of(USER), salt, shares(shares), 0, 0.01);
    }

    private static Assignment assignment(Experiment experiment) {
        return new Assignment(experiment, new SplittableRandom(7));
    }

    /** The literal numbers come from {@code int(sha256(salt + "\0" + unit)[:8]) % 10000} in Python. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "2026-11,alice,7412",
                "2026-11,bob,4794",
                "2026-11,7,6491",
                "2026-12,alice,4699",
                "\"\",ünïcode 漢,9616"
            })
    void theBucketOfAUnitIsTheSameOnEveryMachineForEver(String salt, String unit, int bucket) {
        assertThat(Buckets.of(salt, unit)).isEqualTo(bucket);
    }

    @Test
    void theOwnersOfBucketsAreTheSameOnEveryMachineForEver() {
        Buckets buckets = new Buckets(shares(50, 30, 20));

        assertThat(String.join(
                        "", IntStream.range(0, 24).mapToObj(buckets::owner).toList()))
                .isEqualTo("abaaababacbacbbacacaaaca");
    }

    @Test
    void aUnitGetsTheSameVariantEachTimeAndInEveryProcess() {
        Experiment experiment = sticky("2026-11", 50, 50);
        for (int user = 0; user < 100; user++) {
            String unit = "user-" + user;
            String variant =
                    assignment(experiment).deal(source -> Optional.of(unit)).variant();
            Assignment other = new Assignment(experiment, new SplittableRandom(user));
            assertThat(other.deal(source -> Optional.of(unit)).variant()).isEqualTo(variant);
            assertThat(other.deal(source -> Optional.of(unit)).variant()).isEqualTo(variant);
        }
    }

    @Test
    void anotherSaltIsAnotherAssignment() {
        Assignment first = assignment(sticky("2026-11", 50, 50));
        Assignment second = assignment(sticky("2026-12", 50, 50));

        long same = IntStream.range(0, 10_000)
                .filter(user -> variant(first, user).equals(variant(second, user)))
                .count();

        assertThat(same).isBetween(4_800L, 5_200L);
    }

    private static String variant(Assignment assignment, int user) {
        return assignment.deal(source -> Optional.of("user-" + user)).variant();
    }

    @Property(seed = "7", tries = 30)
    void everyVariantOwnsExactlyItsShareOfTheBuckets(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 100) Integer> drawn) {
        int[] shares = IntStream.range(0, drawn.size())
                .map(i -> drawn.get(i) + (i == 0 ? 1 : 0))
                .toArray();
        Buckets buckets = new Buckets(shares(shares));
        Map<String, Integer> owned = new HashMap<>();
        IntStream.range(0, Buckets.COUNT).forEach(bucket -> owned.merge(buckets.owner(bucket), 1, Integer::sum));

        Map<String, Integer> quotas = Quotas.of(shares(shares), Buckets.COUNT);
        quotas.values().removeIf(quota -> quota == 0);
        assertThat(owned).isEqualTo(quotas);
    }

    @Test
    void unitsAreSpreadAsTheSharesSay() {
        Assignment assignment = assignment(sticky("2026-11", 70, 20, 10));
        Map<String, Long> dealt = new HashMap<>();
        IntStream.range(0, 100_000).forEach(user -> dealt.merge(variant(assignment, user), 1L, Long::sum));

        SampleRatio ratio =
                SampleRatio.of(List.of(dealt.get("a"), dealt.get("b"), dealt.get("c")), List.of(70, 20, 10));
        assertThat(ratio.pValue()).isGreaterThan(0.01);
    }

    @Test
    void aShareThatGrowsOnlyTakesFromTheOther() {
        assertThat(moved(shares(50, 50), shares(60, 40))).isEqualTo(1_000);
        assertThat(moved(shares(100, 0), shares(99, 1))).isEqualTo(100);
        assertThat(moved(shares(1, 1), shares(50, 50))).isZero();
    }

    @Test
    void ofSeveralVariantsHardlyMoreBucketsMoveThanMust() {
        // Of a third each, one grows by 10 points at the expense of another: 1,000 must move.
        assertThat(moved(shares(33, 33, 34), shares(43, 33, 24))).isBetween(1_000, 1_400);
        // A fourth variant of 10 % joins: 1,000 must move.
        assertThat(moved(shares(40, 30, 30, 0), shares(36, 27, 27, 10))).isBetween(1_000, 1_100);
        // One leaves: its 3,000 must move.
        assertThat(moved(shares(40, 30, 30), shares(4, 3, 0))).isBetween(3_000, 3_100);
    }

    private static int moved(Map<String, Integer> before, Map<String, Integer> after) {
        Buckets old = new Buckets(before);
        Buckets young = new Buckets(after);
        return (int) IntStream.range(0, Buckets.COUNT)
                .filter(bucket -> !old.owner(bucket).equals(young.owner(bucket)))
                .count();
    }

    @Test
    void requestsWithoutAUnitAreDealtAtRandomAndNeverInTurn() {
        Assignment assignment = assignment(Experiment.traffic(shares(50, 50)));
        String turns = String.join(
                "", IntStream.range(0, 40).mapToObj(i -> random(assignment)).toList());

        assertThat(turns).isEqualTo("bbbbbbaaaaabbbbabbbbbbababbbaaabbabbaaab");
    }

    @Test
    void aStickyExperimentDealsARequestThatSaysNoUnitAtRandom() {
        Dealt dealt = assignment(sticky("2026-11", 50, 50)).deal(UnitLookup.NOTHING);

        assertThat(dealt.unit()).isEmpty();
        assertThat(dealt.variant()).isIn("a", "b");
    }

    @Test
    void randomRequestsFollowTheSharesAlsoFromManyThreads() {
        Assignment assignment = assignment(Experiment.traffic(shares(90, 10, 0)));
        List<String> dealt = IntStream.range(0, 20_000)
                .parallel()
                .mapToObj(i -> random(assignment))
                .toList();

        assertThat(dealt).doesNotContain("c").filteredOn("b"::equals).hasSizeBetween(1_830, 2_170);
    }

    private static String random(Assignment assignment) {
        return assignment.deal(UnitLookup.NOTHING).variant();
    }

    @Test
    void onlyWhatTheExperimentAsksForIsItsUnit() {
        Assignment assignment = assignment(sticky("2026-11", 50, 50));
        UnitLookup cookies =
                source -> source.kind() == UnitSource.Kind.COOKIE ? Optional.of("alice") : Optional.empty();

        assertThat(assignment.deal(cookies).unit()).isEmpty();
        assertThat(assignment.deal(source -> Optional.of("alice")).unit()).contains("alice");
    }

    @ParameterizedTest
    @CsvSource({"header:X-User-Id", "cookie:session", "query:user"})
    void aSourceIsReadAsItIsWritten(String text) {
        assertThat(UnitSource.parse(text).orElseThrow()).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"X-User-Id", "header:", "body:user", "header:two words", "Header:X", "header:a:b"})
    void whatIsNoSourceIsNotRead(String text) {
        assertThat(UnitSource.parse(text)).isEmpty();
    }

    @Test
    void refusesSharesOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Experiment.traffic(shares(0, 0)));
        assertThatIllegalArgumentException().isThrownBy(() -> Experiment.traffic(Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> Experiment.traffic(shares(2, -1)));
    }
}
