package io.foldserve.http.page;

import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.FoldStep;
import java.util.List;

/**
 * One step of the network before and after.
 *
 * @param number its place, from 1
 * @param name what it is called
 * @param unchanged true for an operator that stays as it was
 * @param weights the operators that computed its kernels
 * @param training the operators as trained
 * @param folded the operators as served; none for what is left out
 * @param layers the linear operators among what is served
 * @param declined what was declined here
 */
public record StepRow(
        int number,
        String name,
        boolean unchanged,
        List<NodeText> weights,
        List<NodeText> training,
        List<NodeText> folded,
        List<LayerText> layers,
        List<Declined> declined) {

    static StepRow of(int number, FoldStep step, FoldReport report) {
        return new StepRow(
                number,
                step.name(),
                step.unchanged(),
                NodeText.of(step.weights()),
                NodeText.of(step.training()),
                NodeText.of(step.folded()),
                report.layers(step).stream().map(LayerText::of).toList(),
                report.declined(step));
    }
}
