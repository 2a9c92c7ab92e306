package io.foldserve.serving.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.task.Ending.Kind;
import io.foldserve.task.Head;
import io.foldserve.task.TaskKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettledHeadTest {
    private static final float[] SCORES = {-1.5f, 2, 0.5f};
    private static final float[] SUM_TO_ONE = {0.25f, 0.25f, 0.5f};
    private static final float[] UNIT = {0.25f, 0.75f, 0.5f};

    private static Head of(TaskKind task, Kind ending, Optional<Head> declared, int classes, float[] output) {
        return SettledHead.of(task, classes == 1 ? 2 : 3, classes, ending, declared, List.of(output));
    }

    @ParameterizedTest
    @CsvSource({"LINEAR, SOFTMAX", "OTHER, SOFTMAX", "SOFTMAX, SOFTMAX", "SIGMOID, SIGMOID"})
    void classesAreThoseThatTheEndingTells(Kind ending, Head expected) {
        assertThat(of(TaskKind.CLASSIFICATION, ending, Optional.empty(), 3, SCORES))
                .isEqualTo(expected);
    }

    @Test
    void outputsThatSumToOneForEveryPictureAreProbabilitiesHoweverTheyAreMade() {
        assertThat(of(TaskKind.CLASSIFICATION, Kind.OTHER, Optional.empty(), 3, SUM_TO_ONE))
                .isEqualTo(Head.PROBABILITIES);
        assertThat(SettledHead.of(
                        TaskKind.CLASSIFICATION, 3, 3, Kind.OTHER, Optional.empty(), List.of(SUM_TO_ONE, SCORES)))
                .isEqualTo(Head.SOFTMAX);
    }

    @Test
    void outputsBetweenZeroAndOneBehindALinearOperatorAreScores() {
        assertThat(of(TaskKind.CLASSIFICATION, Kind.LINEAR, Optional.empty(), 3, UNIT))
                .isEqualTo(Head.SOFTMAX);
        assertThat(of(TaskKind.SEGMENTATION, Kind.LINEAR, Optional.empty(), 1, UNIT))
                .isEqualTo(Head.SIGMOID);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CLASSIFICATION | OTHER   |               | 3 | head: probabilities if they are probabilities",
                "CLASSIFICATION | SIGMOID | SOFTMAX       | 3 | softmax is declared, but the network ends in its own "
                        + "sigmoid",
                "CLASSIFICATION | LINEAR  | SOFTMAX       | 1 | the softmax of a single output is always 1",
                "CLASSIFICATION | LINEAR  | MASK          | 3 | mask is for segmentation",
                "SEGMENTATION   | SIGMOID |               | 3 | they may overlap",
                "SEGMENTATION   | LINEAR  | SOFTMAX       | 1 | the softmax of a single channel is always 1",
                "SEGMENTATION   | OTHER   |               | 1 | its last operator may be a sigmoid",
                "SEGMENTATION   | ARG_MAX | SIGMOID       | 1 | the network ends in its own arg-max or threshold",
                "SEGMENTATION   | ARG_MAX |               | 1 | a mask holds class indices from 0 to 1, but the "
                        + "network gives 0.25"
            })
    void whatIsUnclearOrContradictsIsRefusedWithWhatToWrite(
            TaskKind task, Kind ending, Head declared, int classes, String problem) {
        assertThatThrownBy(() -> of(task, ending, Optional.ofNullable(declared), classes, UNIT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void aSingleChannelHasTheThresholdOfWhatItIs() {
        assertThat(of(TaskKind.SEGMENTATION, Kind.LINEAR, Optional.empty(), 1, SCORES)
                        .threshold())
                .isZero();
        assertThat(of(TaskKind.SEGMENTATION, Kind.SIGMOID, Optional.empty(), 1, UNIT)
                        .threshold())
                .isEqualTo(0.5);
    }
}
