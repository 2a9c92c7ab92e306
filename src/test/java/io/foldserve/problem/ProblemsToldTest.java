package io.foldserve.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much a user is told of what a hostile or hopeless file has wrong. */
class ProblemsToldTest {
    private static List<String> problems(int count) {
        return IntStream.range(0, count).mapToObj(i -> "problem " + i).toList();
    }

    @Test
    void areAllUpToTwenty() {
        assertThat(Problems.told(problems(20))).isEqualTo(problems(20));
    }

    @Test
    void areTheFirstAndTheNumberOfTheRestBeyond() {
        assertThat(Problems.told(problems(20_002)))
                .hasSize(20)
                .startsWith("problem 0")
                .endsWith("problem 18", "and 19983 more problems");
    }

    @Test
    void areCutWhereOneIsLong() {
        assertThat(Problems.told(List.of("x".repeat(2000), "y".repeat(134_000))))
                .containsExactly("x".repeat(2000), "y".repeat(2000) + "… (134000 characters)");
    }
}
