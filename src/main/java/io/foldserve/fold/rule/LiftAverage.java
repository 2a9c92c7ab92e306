package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The term of an average pooling.
 *
 * <p>Algebra: {@code K[c, 0, a] = 1/(kh·kw)} with one group for each channel.
 *
 * <p>Source: Ding et al., "Diverse Branch Block", arXiv 2103.13425, section 3.2, transform V.
 *
 * <p>Declines an average that does not count its padding, rounds its output size up, or pads by {@code auto_pad}.
 */
final class LiftAverage extends Lift {
    LiftAverage(GraphFacts facts) {
        super(facts);
    }

    @Override
    public String sentence() {
        return "An average pooling is a kernel of one weight, in one group for each channel.";
    }

    @Override
    public String source() {
        return "Ding et al., \"Diverse Branch Block\", arXiv 2103.13425, section 3.2, transform V";
    }

    @Override
    public Set<String> operators() {
        return Set.of("AveragePool");
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        if (node.integer("ceil_mode", 0) != 0) {
            return Optional.of(roundsUp(node));
        }
        if (!node.text("auto_pad", "NOTSET").equals("NOTSET")) {
            return Optional.of(averageAutoPad(node));
        }
        boolean padded = node.integers("pads", List.of()).stream().anyMatch(pad -> pad != 0);
        return padded && node.integer("count_include_pad", 0) == 0
                ? Optional.of(excludesPadding(node))
                : Optional.empty();
    }

    @Override
    Term term(Node node, Shape shape) {
        List<AxisTaps> axes = AxisTaps.of(Window.of(
                node, node.integers("kernel_shape", List.of()), shape.extents().subList(2, shape.rank())));
        int channels = shape.extent(1);
        int taps = axes.stream().mapToInt(AxisTaps::count).reduce(1, Math::multiplyExact);
        return new Term(TermInput.of(node.inputs().get(0)), channels, channels, channels, axes, false, false, () -> {
            double[] kernel = new double[channels * taps];
            Arrays.fill(kernel, 1.0 / taps);
            return new Weights(kernel, new double[channels]);
        });
    }

    private static String roundsUp(Node node) {
        return ("%s rounds its output size up (ceil_mode = 1), expected down; export with ceil_mode=False if both "
                        + "sizes are equal.")
                .formatted(at(node));
    }

    private static String averageAutoPad(Node node) {
        return "%s pads by auto_pad, expected explicit pads; export with pads.".formatted(at(node));
    }

    private static String excludesPadding(Node node) {
        return ("%s leaves its padding out of the mean, so that no one kernel is right at the border; train with "
                        + "count_include_pad=True to fold.")
                .formatted(at(node));
    }
}
