package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;

import io.foldserve.graph.Attribute;
import io.foldserve.tensor.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommuteResizeTest {
    private static Graphs resize(Map<String, Attribute> attributes, double... scales) {
        return Graphs.of(1, 2, 4, 4)
                .point("conv", "x", 2, 2)
                .floats("scales", Shape.of(4), scales)
                .node("Resize", "y", attributes, "conv", "", "scales");
    }

    private static RuleAssert.OnGraph on(Graphs graphs) {
        return assertThatRule(CommuteResize::new).on(graphs.outputs("y"));
    }

    @Test
    void foldsOnEitherSideOfAnUpsampling() {
        on(resize(Map.of("mode", Attribute.of("linear")), 1, 1, 2, 2)).folds("y", "conv", "y");
        on(resize(Map.of(), 1, 1, 2, 1)).folds("y", "conv", "y");
    }

    @Test
    void foldsAPointwiseKernelBehindADownsampling() {
        on(resize(Map.of("mode", Attribute.of("linear")), 1, 1, 0.5, 0.5)).folds("y", "conv", "y");
    }

    @Test
    void declinesCubicInterpolation() {
        on(resize(Map.of("mode", Attribute.of("cubic")), 1, 1, 2, 2))
                .declines("Resize y interpolates by mode cubic, expected nearest or linear without anti-aliasing, "
                        + "whose weights are known to add up to one.");
    }

    @Test
    void declinesAntiAliasing() {
        on(resize(Map.of("mode", Attribute.of("linear"), "antialias", Attribute.of(1)), 1, 1, 0.5, 0.5))
                .declines("Resize y interpolates by mode linear with anti-aliasing, expected nearest or linear without "
                        + "anti-aliasing, whose weights are known to add up to one.");
    }

    @Test
    void declinesARegionThatIsCropped() {
        on(resize(Map.of("coordinate_transformation_mode", Attribute.of("tf_crop_and_resize")), 1, 1, 2, 2))
                .declines("Resize y finds its positions by tf_crop_and_resize, expected half_pixel, "
                        + "pytorch_half_pixel, align_corners or asymmetric, which put nothing of their own "
                        + "outside.");
    }

    @Test
    void declinesMoreChannels() {
        on(resize(Map.of(), 1, 2, 1, 1))
                .declines("Resize y resizes the batch or the channels, expected the spatial axes alone.");
    }

    @Test
    void doesNotFireOnAnotherOperatorOrWithoutALinearNeighbour() {
        on(Graphs.of(1, 2, 4, 4).node("Relu", "y", "x")).doesNotFire();
        on(Graphs.of(1, 2, 4, 4)
                        .floats("scales", Shape.of(4), 1, 1, 2, 2)
                        .node("Resize", "y", Map.of("mode", Attribute.of("cubic")), "x", "", "scales"))
                .doesNotFire();
    }
}
