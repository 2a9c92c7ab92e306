package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The matrix that a fully connected layer and convolutions of the same tiles are together; the algebra is that of
 * {@link TileProduct}. Immutable.
 */
final class TileMatrix {
    private final Term layer;
    private final List<Term> scales;
    private final List<Term> kernels;
    private final int height;
    private final int width;

    /**
     * The product of one tile and what runs beside it.
     *
     * @param layer the fully connected layer, of C·h·w inputs and O·h·w outputs
     * @param scales diagonal terms of what it computes, their sum a scale and shift for each of O channels
     * @param kernels convolutions of the tiles
     * @param tile of shape (n, C, h, w)
     */
    TileMatrix(Term layer, List<Term> scales, List<Term> kernels, Shape tile) {
        this.layer = layer;
        this.scales = List.copyOf(scales);
        this.kernels = List.copyOf(kernels);
        this.height = tile.extent(2);
        this.width = tile.extent(3);
    }

    /** Why they are no single layer, which would take the place of the sum {@code node}, if so. */
    Optional<String> whyNot(Node node) {
        for (Term kernel : kernels) {
            if (kernel.axes().stream().anyMatch(taps -> !taps.hasExtentsOf(AxisTaps.POINT))) {
                return Optional.of(resized(node));
            }
            boolean same = kernel.source().border().isZero()
                    && !kernel.source().isUpsampled()
                    && kernel.source().channels().isEmpty()
                    && kernel.source().ones().isEmpty();
            if (!same) {
                return Optional.of(border(node));
            }
            if (kernel.groups() % layer.groups() != 0) {
                return Optional.of(groups(node, kernel.groups(), layer.groups()));
            }
        }
        return Optional.empty();
    }

    /** The layer of {@code source}, what it reads; only if {@link #whyNot} is empty. */
    Term apply(TermInput source) {
        return new Term(
                source, layer.outputs(), layer.inputs(), layer.groups(), layer.axes(), false, true, this::weights);
    }

    private Weights weights() {
        Weights dense = layer.weights().get();
        List<Weights> affine = scales.stream().map(term -> term.weights().get()).toList();
        List<Row[]> rows =
                kernels.stream().map(term -> term.weights().get().all()).toList();
        return new Weights(layer.outputs(), output -> row(output, dense, affine, rows));
    }

    private Row row(int output, Weights dense, List<Weights> affine, List<Row[]> rows) {
        int channel = output / (height * width);
        double scale = affine.stream()
                .mapToDouble(weights -> weights.row(channel).kernel()[0])
                .sum();
        Row own = dense.row(output);
        double bias = scale * own.bias()
                + affine.stream()
                        .mapToDouble(weights -> weights.row(channel).bias())
                        .sum();
        double[] sum = Arrays.stream(own.kernel()).map(value -> scale * value).toArray();
        for (int i = 0; i < kernels.size(); i++) {
            Row kernel = rows.get(i)[channel];
            add(sum, kernels.get(i), kernel.kernel(), output);
            bias += kernel.bias();
        }
        return new Row(sum, bias);
    }

    private void add(double[] sum, Term term, double[] kernel, int output) {
        int position = output % (height * width);
        int channel = output / (height * width);
        int firstInput = channel / (term.outputs() / term.groups()) * term.groupInputs();
        int firstColumn = output / (layer.outputs() / layer.groups()) * layer.groupInputs();
        for (int tap = 0; tap < term.taps(); tap++) {
            int[] offset = term.offsets(tap);
            int y = position / width + offset[0];
            int x = position % width + offset[1];
            boolean inside = y >= 0 && y < height && x >= 0 && x < width;
            for (int c = 0; inside && c < term.groupInputs(); c++) {
                int column = ((firstInput + c) * height + y) * width + x - firstColumn;
                sum[column] += kernel[c * term.taps() + tap];
            }
        }
    }

    private static String resized(Node node) {
        return ("%s adds a convolution whose stride or padding changes the size of its tile for some input; expected "
                        + "the same size.")
                .formatted(at(node));
    }

    private static String border(Node node) {
        return "%s adds a convolution that reads beyond its tile or part of it, expected zeros around all of it."
                .formatted(at(node));
    }

    private static String groups(Node node, int found, int expected) {
        return "%s adds a convolution of %d groups to a fully connected layer of %d, expected a multiple."
                .formatted(at(node), found, expected);
    }
}
