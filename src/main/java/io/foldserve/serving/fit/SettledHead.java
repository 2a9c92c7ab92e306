package io.foldserve.serving.fit;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.task.Ending;
import io.foldserve.task.Head;
import io.foldserve.task.TaskKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Settles what a network's output means, from what its last operators are, what it gives for the probe images and what
 * the manifest says; where these contradict each other or leave it open, it is refused. Stateless and thread-safe.
 */
public final class SettledHead {
    private static final double SLACK = 1e-3;

    private final int labels;
    private final int classes;
    private final Ending.Kind ending;
    private final Optional<Head> declared;
    private final Range range;

    private SettledHead(int labels, int classes, Ending.Kind ending, Optional<Head> declared, Range range) {
        this.labels = labels;
        this.classes = classes;
        this.ending = ending;
        this.declared = declared;
        this.range = range;
    }

    /** Where a network's outputs lie. */
    private enum Range {
        ANYWHERE,
        UNIT_INTERVAL,
        SUM_TO_ONE
    }

    /**
     * The head of a network with {@code classes} classes.
     *
     * @param labels how many labels the model has
     * @param ending what the network's last operators make of its scores
     * @param declared what the manifest says
     * @param outputs what it gives for each probe image, the classes outermost
     * @throws InvalidInputException if it is unclear, with what to write
     */
    public static Head of(
            TaskKind task,
            int labels,
            int classes,
            Ending.Kind ending,
            Optional<Head> declared,
            List<float[]> outputs) {
        SettledHead settled = new SettledHead(labels, classes, ending, declared, range(outputs, classes));
        return task == TaskKind.CLASSIFICATION ? settled.classification() : settled.segmentation(outputs);
    }

    private Head classification() {
        if (declared.equals(Optional.of(Head.MASK))) {
            throw refused("mask is for segmentation; expected softmax, sigmoid or probabilities");
        }
        if (classes == 1 && (declared.equals(Optional.of(Head.SOFTMAX)) || ending == Ending.Kind.SOFTMAX)) {
            throw refused("the softmax of a single output is always 1; expected sigmoid or probabilities");
        }
        if (ending == Ending.Kind.SOFTMAX || ending == Ending.Kind.SIGMOID) {
            Head own = ending == Ending.Kind.SOFTMAX ? Head.SOFTMAX : Head.SIGMOID;
            declared.filter(head -> head != own && head != Head.PROBABILITIES).ifPresent(this::contradicts);
            return own;
        }
        if (range == Range.SUM_TO_ONE) {
            declared.filter(head -> head != Head.PROBABILITIES).ifPresent(head -> {
                throw refused("the network's outputs are between 0 and 1 and sum to 1, so its softmax is in it; "
                        + "expected probabilities");
            });
            return Head.PROBABILITIES;
        }
        return declared.map(this::checked).orElseGet(() -> {
            expectScores();
            return classes == 1 ? Head.SIGMOID : Head.SOFTMAX;
        });
    }

    private Head segmentation(List<float[]> outputs) {
        if (ending == Ending.Kind.ARG_MAX || declared.equals(Optional.of(Head.MASK))) {
            declared.filter(head -> head != Head.MASK).ifPresent(this::contradicts);
            expectIndices(outputs);
            return Head.MASK;
        }
        if (classes == 1) {
            return singleChannel();
        }
        if (declared.equals(Optional.of(Head.SIGMOID)) || (declared.isEmpty() && ending == Ending.Kind.SIGMOID)) {
            throw refused(
                    "each of the %d classes has a sigmoid of its own, so they may overlap, which one mask cannot show; "
                                    .formatted(classes)
                            + "write head: softmax if a pixel's class is the largest");
        }
        return declared.map(this::checked).orElse(Head.SOFTMAX);
    }

    private Head singleChannel() {
        if (declared.equals(Optional.of(Head.SOFTMAX)) || ending == Ending.Kind.SOFTMAX) {
            throw refused("the softmax of a single channel is always 1; expected sigmoid or probabilities");
        }
        if (ending == Ending.Kind.SIGMOID) {
            return Head.PROBABILITIES;
        }
        return declared.map(this::checked).orElseGet(() -> {
            expectScores();
            return Head.SIGMOID;
        });
    }

    private Head checked(Head head) {
        if (head == Head.PROBABILITIES && range == Range.ANYWHERE) {
            throw refused("probabilities is declared, but the network's outputs are not between 0 and 1; expected %s"
                    .formatted(classes == 1 ? "sigmoid" : "softmax or sigmoid"));
        }
        return head;
    }

    private void contradicts(Head head) {
        throw refused("%s is declared, but the network ends in its own %s; leave head out"
                .formatted(head.name().toLowerCase(Locale.ROOT), ending.title()));
    }

    /** An unknown last operator whose results look like probabilities may be a sigmoid of some kind. */
    private void expectScores() {
        if (range != Range.ANYWHERE && ending == Ending.Kind.OTHER) {
            throw refused(("the network's outputs are all between 0 and 1, and its last operator may be a sigmoid; "
                            + "write head: probabilities if they are probabilities, head: %s if not")
                    .formatted(classes == 1 ? "sigmoid" : "softmax or sigmoid"));
        }
    }

    private void expectIndices(List<float[]> outputs) {
        for (float[] output : outputs) {
            for (float index : output) {
                if (classes != 1 || !(index >= 0 && index < labels) || index != Math.rint(index)) {
                    throw refused("a mask holds class indices from 0 to %d, but the network gives %s"
                            .formatted(labels - 1, classes == 1 ? index : classes + " channels"));
                }
            }
        }
    }

    private static Range range(List<float[]> outputs, int classes) {
        boolean sums = classes > 1;
        for (float[] output : outputs) {
            double sum = 0;
            for (float value : output) {
                if (!(value >= 0 && value <= 1 + SLACK)) {
                    return Range.ANYWHERE;
                }
                sum += value;
            }
            sums &= Math.abs(sum * classes / output.length - 1) <= SLACK;
        }
        return sums ? Range.SUM_TO_ONE : Range.UNIT_INTERVAL;
    }

    private InvalidInputException refused(String problem) {
        return new InvalidInputException("head", problem);
    }
}
