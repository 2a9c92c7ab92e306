package io.foldserve.serving.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a load while it is under way, and that nothing is afterwards. */
class LoadProgressTest {
    @Test
    void thePhaseIsTheLastThatBegan() {
        LoadProgress progress = new LoadProgress();
        List<Optional<String>> seen = new ArrayList<>();
        PhaseTimer phases = new PhaseTimer(System::nanoTime, new PhaseTimer.Listener() {
            @Override
            public void begins(String phase) {
                progress.begins("cats", "doconv", phase);
            }

            @Override
            public void ended(String phase, Duration took) {}
        });
        phases.time("checkpoint", () -> seen.add(progress.of("cats")));
        phases.time("fold", () -> seen.add(progress.of("cats")));
        assertThat(seen).containsExactly(Optional.of("doconv: checkpoint"), Optional.of("doconv: fold"));
        assertThat(progress.of("dogs")).isEmpty();

        progress.begins("cats", "baseline", "proof");
        assertThat(progress.of("cats")).contains("baseline: proof, doconv: fold");
        progress.ended("cats", "doconv");
        assertThat(progress.of("cats")).contains("baseline: proof");
        progress.ended("cats", "baseline");
        assertThat(progress.of("cats")).isEmpty();
    }
}
