package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;

import io.foldserve.tensor.Shape;
import org.junit.jupiter.api.Test;

class PassThroughTest {
    private static Graphs conv() {
        return Graphs.of(1, 2, 3, 3).point("conv", "x", 2, 2);
    }

    @Test
    void foldsAnIdentityAndADropoutOutsideTraining() {
        assertThatRule(PassThrough::new)
                .on(conv().node("Identity", "y", "conv").outputs("y"))
                .folds("y", "conv", "y");
        assertThatRule(PassThrough::new)
                .on(conv().node("Dropout", "y", "conv").outputs("y"))
                .folds("y", "conv", "y");
    }

    @Test
    void doesNotFireOnADropoutThatMayTrain() {
        assertThatRule(PassThrough::new)
                .on(conv().floats("ratio", Shape.of(), 0.5)
                        .scalar("mode", 1)
                        .node("Dropout", "y", "conv", "ratio", "mode")
                        .outputs("y"))
                .doesNotFire();
    }

    @Test
    void doesNotFireOnAnotherOperator() {
        assertThatRule(PassThrough::new)
                .on(conv().node("Relu", "y", "conv").outputs("y"))
                .doesNotFire();
    }
}
