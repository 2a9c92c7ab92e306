package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.STATIC;
import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.ChannelAxis;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TrailingOperator;
import io.foldserve.graph.Axes;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A Resize by nearest or (bi)linear interpolation changes places with a pointwise term on either side of it.
 *
 * <p>Algebra: {@code y[p] = Σ_q w[p,q]·x[q]} with the same w for every channel and {@code Σ_q w[p,q] = 1} at every
 * position p, for each axis contributes {@code 1 − share} and {@code share}, or a single 1, and coordinates outside are
 * moved to the edge. So {@code K·(Σ_q w·x[q]) + b = Σ_q w·(K·x[q] + b)}. Exact at every position, the border included.
 *
 * <p>So an affine map or 1×1 convolution behind an upsampling moves before it, where there are fewer positions and a
 * convolution of any size can take it in, and one before a downsampling moves behind it.
 *
 * <p>Source: linearity; the weights are those of Resize in the ONNX operator specification, versions 11 to 19. The
 * decoder of Howard et al., "MobileNetV3", arXiv 1905.02244, section 6.4 (LR-ASPP), has a 1×1 convolution behind an
 * upsampling.
 *
 * <p>Declines tf_crop_and_resize, which puts a constant outside of its region; cubic interpolation; anti-aliasing;
 * scales or sizes that are not constant, or change the batch or the channels.
 */
public final class CommuteResize implements Rule {
    private static final int SCALES = 2;
    private static final int SIZES = 3;
    private static final Set<String> MODES = Set.of("nearest", "linear");
    private static final Set<String> COORDINATES =
            Set.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric");

    private final ValueShapes shapes;
    private final ConstantValues constants;

    public CommuteResize(GraphFacts facts) {
        this.constants = facts.constants();
        this.shapes = facts.shapes();
    }

    @Override
    public String name() {
        return Commuting.NAME;
    }

    @Override
    public String sentence() {
        return "A Resize by nearest or linear interpolation changes places with a pointwise term on either side of it.";
    }

    @Override
    public String source() {
        return "linearity; the weights are those of Resize in the ONNX operator specification, versions 11 to 19";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Resize");
    }

    @Override
    public Outcome apply(Node node, Known known) {
        List<String> values = known.read(node);
        if (values.size() != 1) {
            return Outcome.notMine();
        }
        Optional<String> reason = whyNot(node);
        if (reason.isPresent()) {
            return isBesideLinear(node, known) ? Outcome.refused(name(), reason.get()) : Outcome.notMine();
        }
        return Commuting.readsOne(node, known) ? Outcome.of(forms(node, known), List.of()) : Outcome.notMine();
    }

    // Without a linear neighbour nothing could have changed places.
    private static boolean isBesideLinear(Node node, Known known) {
        return known.isLinear(node.inputs().get(0))
                || known.facts().graph().consumers(node.output()).stream().anyMatch(known.lifts()::isCandidate);
    }

    private List<Form> forms(Node node, Known known) {
        List<Form> forms = new ArrayList<>();
        for (Form form : known.forms(node.inputs().get(0))) {
            forms.add(form.then(List.of(node), form.terms(), name()).followedBy(following(node)));
            Commuting.form(node, form, term -> before(node, term)).ifPresent(forms::add);
        }
        return forms;
    }

    private Optional<String> whyNot(Node node) {
        String mode = node.text("mode", "nearest");
        String coordinates = node.text("coordinate_transformation_mode", "half_pixel");
        if (!MODES.contains(mode) || node.integer("antialias", 0) != 0) {
            return Optional.of(mode(node, mode));
        }
        if (!COORDINATES.contains(coordinates)) {
            return Optional.of(coordinates(node, coordinates));
        }
        if (!isConstant(node, SCALES) || !isConstant(node, SIZES)) {
            return Optional.of(fromData(node));
        }
        return isSpatial(node) ? Optional.empty() : Optional.of(ofChannels(node));
    }

    private boolean isConstant(Node node, int index) {
        return node.input(index).filter(input -> !constants.contains(input)).isEmpty();
    }

    // A scale of the channels moves where they are read even where their number stays.
    private boolean isSpatial(Node node) {
        String value = node.inputs().get(0);
        int rank = shapes.find(value).map(Shape::rank).orElse(0);
        List<Shape> in = shapes.all(value);
        List<Shape> out = shapes.all(node.output());
        boolean kept = rank > 2
                && !out.isEmpty()
                && IntStream.range(0, in.size()).allMatch(i -> in.get(i)
                        .extents()
                        .subList(0, 2)
                        .equals(out.get(i).extents().subList(0, 2)));
        double[] scales = values(node, SCALES).map(Tensor::toDoubles).orElse(new double[0]);
        return kept && IntStream.range(0, scales.length).allMatch(i -> scales[i] == 1 || axis(node, i, rank) > 1);
    }

    private static int axis(Node node, int index, int rank) {
        List<Integer> axes = node.integers("axes", List.of());
        return axes.isEmpty() ? index : Axes.normal(node, axes.get(index), rank);
    }

    private Optional<Tensor> values(Node node, int index) {
        return node.input(index)
                .map(constants::evaluate)
                .filter(values -> values.shape().size() > 0);
    }

    // The node applied to a sum of terms.
    private TrailingOperator following(Node node) {
        long[] sizes = values(node, SIZES)
                .filter(values -> values.dtype() == DType.INT64)
                .map(Tensor::toLongs)
                .orElse(new long[0]);
        int rank = shapes.find(node.output()).orElseThrow().rank();
        int channels = IntStream.range(0, sizes.length)
                .filter(i -> axis(node, i, rank) == 1)
                .findFirst()
                .orElse(-1);
        return channels < 0
                ? TrailingOperator.of(node)
                : new TrailingOperator(node, Arrays.stream(sizes).boxed().toList(), channels);
    }

    // The term reading what the node makes of its input; empty if they do not change places, or for more work than
    // there was.
    private Optional<Term> before(Node node, Term term) {
        boolean smaller = shapes.hold(node.inputs().get(0), node.output(), (in, out) -> out.size() <= in.size());
        boolean named = !following(node).sizes().isEmpty() && term.inputs() != term.outputs();
        boolean commutes = term.isPointwise()
                && !term.source().last()
                && term.source().ones().isEmpty();
        if (!smaller || named || !commutes || term.source().channels().isPresent()) {
            return Optional.empty();
        }
        ChannelAxis frame = term.frame();
        return Optional.of(term.reading(term.source().then(node, frame, frame, 0), frame.axes()));
    }

    private static String mode(Node node, String found) {
        return ("%s interpolates by mode %s%s, expected nearest or linear without anti-aliasing, whose weights are "
                        + "known to add up to one.")
                .formatted(at(node), found, node.integer("antialias", 0) != 0 ? " with anti-aliasing" : "");
    }

    private static String coordinates(Node node, String found) {
        return ("%s finds its positions by %s, expected half_pixel, pytorch_half_pixel, align_corners or asymmetric, "
                        + "which put nothing of their own outside.")
                .formatted(at(node), found);
    }

    private static String fromData(Node node) {
        return "%s takes its scales or sizes from data, expected constants; %s.".formatted(at(node), STATIC);
    }

    private static String ofChannels(Node node) {
        return "%s resizes the batch or the channels, expected the spatial axes alone.".formatted(at(node));
    }
}
