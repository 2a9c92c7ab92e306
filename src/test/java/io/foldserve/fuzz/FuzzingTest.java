package io.foldserve.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fuzz.Fuzzing.Target;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzzer's targets begin where they should: whatever its own run finds, the seeds are no findings. */
class FuzzingTest {
    static Stream<String> targets() {
        return Fuzzing.targets().stream();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void everySeedIsReadOrRefusedInWords(String name) throws Exception {
        Target target = Fuzzing.target(name);
        List<byte[]> seeds = target.seeds().call();

        assertThat(seeds).isNotEmpty();
        for (byte[] seed : seeds) {
            target.parser().getMethod("fuzzerTestOneInput", byte[].class).invoke(null, (Object) seed);
        }
    }
}
