package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.IslandCheck.Deviations;
import io.foldserve.fold.IslandGoldens.Golden;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Linear islands of published systems against PyTorch's own float64 run of them (src/test/golden/islands.py). */
class GoldenIslandsTest {
    static Stream<String> names() {
        return IslandGoldens.all().keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void foldsLikePyTorch(String name) {
        Golden golden = IslandGoldens.named(name);
        IslandCheck check = new IslandCheck(golden.training());
        Deviations deviations = check.against(golden.y().toDoubles(), golden.x());
        assertThat(deviations.border()).as("border of " + name).isLessThanOrEqualTo(1e-13);
        assertThat(deviations.interior()).as("interior of " + name).isLessThanOrEqualTo(1e-13);
    }
}
