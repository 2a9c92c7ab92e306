package io.foldserve.serving.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DisagreementsTest {
    private static Disagreement differing(String name, double agreement) {
        return new Disagreement(0, name, "", "a", "b", agreement);
    }

    private static List<Disagreement> hundred() {
        List<Disagreement> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(differing("picture-" + i, i % 7 / 10.0));
        }
        return all;
    }

    @Test
    void keepsTheSameOnesInWhateverOrderTheyCome() {
        List<Disagreement> shuffled = hundred();
        Collections.shuffle(shuffled, new Random(1));
        Disagreements first = new Disagreements(10);
        Disagreements second = new Disagreements(10);
        hundred().forEach(found -> first.add(found, List::of));
        shuffled.forEach(found -> second.add(found, List::of));

        assertThat(first.of(0)).hasSize(10).isEqualTo(second.of(0));
        assertThat(first.of(0)).allMatch(found -> found.agreement() == 0);
        assertThat(first.of(1)).isEmpty();
    }

    @Test
    void makesAndKeepsNoThumbnailsInVain() {
        AtomicInteger made = new AtomicInteger();
        Disagreements kept = new Disagreements(2);
        for (double agreement : new double[] {0.1, 0.2, 0.9, 0.8, 0.05}) {
            kept.add(differing("at-" + agreement, agreement), () -> List.of("data:" + made.incrementAndGet()));
        }

        assertThat(made).hasValue(3);
        assertThat(kept.thumbnails()).hasSize(2).containsOnlyKeys(kept.of(0));
    }
}
