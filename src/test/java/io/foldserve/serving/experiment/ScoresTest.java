package io.foldserve.serving.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.store.CountKey;
import io.foldserve.task.image.LabelMask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ScoresTest {
    /** A class as {@link Given#write} has it. */
    static Given given(int best) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(best);
            out.writeInt(0);
            return Given.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Scores scores(Object... variantsAndClasses) {
        Map<String, Given> answers = new LinkedHashMap<>();
        for (int i = 0; i < variantsAndClasses.length; i += 2) {
            answers.put((String) variantsAndClasses[i], given((int) variantsAndClasses[i + 1]));
        }
        String dealt = (String) variantsAndClasses[0];
        return new Scores(new Answered("1", "digits", "e/1", dealt, 8, 8, answers, Optional.empty()), "baseline", 10);
    }

    private static Map<String, Long> names(Map<CountKey, Long> counts) {
        Map<String, Long> names = new TreeMap<>();
        counts.forEach((key, amount) -> {
            assertThat(key.model()).isEqualTo("digits");
            assertThat(key.experiment()).isEqualTo("e/1");
            names.put(key.name(), amount);
        });
        return names;
    }

    @Test
    void feedbackOfAnAnswerWithoutAPairJudgesItsVariantAlone() {
        assertThat(names(scores("doconv", 3).feedback(3))).isEqualTo(Map.of("right/doconv/true", 1L));
        assertThat(names(scores("doconv", 3).feedback(5))).isEqualTo(Map.of("right/doconv/false", 1L));
        assertThat(names(scores("doconv", 3, "small", 3).feedback(3))).isEqualTo(Map.of("right/doconv/true", 1L));
    }

    @Test
    void feedbackOfAPairSaysWhoWasRight() {
        assertThat(names(scores("doconv", 3, "baseline", 5).feedback(3)))
                .isEqualTo(Map.of("right/doconv/true", 1L, "cell/doconv/baseline/variant", 1L));
        assertThat(names(scores("baseline", 5, "doconv", 3).feedback(5)))
                .isEqualTo(Map.of("right/baseline/true", 1L, "cell/doconv/baseline/baseline", 1L));
        assertThat(names(scores("doconv", 3, "baseline", 3).feedback(3)))
                .isEqualTo(Map.of("right/doconv/true", 1L, "cell/doconv/baseline/both", 1L));
        assertThat(names(scores("doconv", 3, "baseline", 5).feedback(1)))
                .isEqualTo(Map.of("right/doconv/false", 1L, "cell/doconv/baseline/neither", 1L));
    }

    @Test
    void pairsCountWhetherTheyAgreeAndWhatWasAnswered() {
        assertThat(names(scores("doconv", 3, "baseline", 5, "small", 5).pairs()))
                .isEqualTo(Map.of(
                        "agree/doconv/baseline/false", 1L,
                        "answers/doconv/baseline/3/5", 1L,
                        "agree/small/baseline/true", 1L,
                        "answers/small/baseline/5/5", 1L));
        assertThat(scores("doconv", 3, "small", 3).pairs()).isEmpty();
    }

    @Test
    void theOverlapOfMasksIsTheMeanOverTheClassesThatEitherMarks() {
        int ignored = LabelMask.IGNORED;
        assertThat(MaskIou.of(new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 1}, 3))
                .isEqualTo(1);
        // Class 0: 1 of 2; class 1: 2 of 3.
        assertThat(MaskIou.of(new int[] {0, 0, 1, 1}, new int[] {0, 1, 1, 1}, 3))
                .isEqualTo((1 / 2.0 + 2 / 3.0) / 2);
        assertThat(MaskIou.of(new int[] {0, 0, 1, 1}, new int[] {0, ignored, 1, 1}, 3))
                .isEqualTo(1);
        assertThat(MaskIou.of(new int[] {0, 0}, new int[] {1, 1}, 3)).isZero();
        assertThat(MaskIou.of(new int[] {0}, new int[] {ignored}, 3)).isEqualTo(1);
    }

    @Test
    void whatIsKeptOfAnAnswerIsReadAgain() {
        Answered answered = scores("doconv", 3, "baseline", 5).answered();
        Answered read = Answered.of(answered.row()).orElseThrow();

        assertThat(read.variant()).isEqualTo("doconv");
        assertThat(read.width()).isEqualTo(8);
        assertThat(Objects.requireNonNull(read.answers().get("doconv")).best()).isEqualTo(3);
        assertThat(Objects.requireNonNull(read.answers().get("baseline")).best())
                .isEqualTo(5);
        assertThat(names(new Scores(read, "baseline", 10).pairs())).containsKey("answers/doconv/baseline/3/5");
    }
}
