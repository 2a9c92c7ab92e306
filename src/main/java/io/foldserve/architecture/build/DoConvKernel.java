package io.foldserve.architecture.build;

import io.foldserve.architecture.convention.StoredWeights;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.Pair;
import io.foldserve.graph.Attribute;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Adds the weight program of a DO-Conv layer, which turns W (O, I/g, S), D (I, M·N, S) and d_diag (I, M·N, S) into a
 * kernel (O, I/g, M, N), with S = D_mul.
 *
 * <p>As in the PyTorch reference: K = einsum("ims,ois→oim", D + d_diag, reshape(W, (O/g, I, S))), reshaped to (O, I/g,
 * M, N). With groups both reshapes are row-major, which is not the paper's pairing of rows and channels. Checkpoints of
 * the other versions, whose rows were put in the paper's order, are paired as in the paper (section 3.2): channel c of
 * group q with row q·(I/g) + c. A layer with a single tap has only W (O, I/g, 1).
 */
final class DoConvKernel {
    private final GraphSketch sketch;
    private final StoredWeights weights;
    private final List<String> notes;

    /** Remarks on unusual diagonals go to {@code notes}. */
    DoConvKernel(GraphSketch sketch, StoredWeights weights, List<String> notes) {
        this.sketch = sketch;
        this.weights = weights;
        this.notes = notes;
    }

    /** Adds the program of the layer {@code path} with {@code in} input channels and returns the kernel's name. */
    String add(String path, DeclaredConvolution convolution, Extent in) {
        Extent perGroup = convolution.groups() == 1 ? in : Extent.of(in.value() / convolution.groups());
        int multiplier = multiplier(path, convolution);
        String w = sketch.parameter(path + ".W", convolution.out(), perGroup, Extent.of(multiplier));
        String program = convolution.taps() == 1 ? w : overParameterised(path, convolution, in, multiplier);
        Pair kernel = convolution.kernel();
        return reshape(
                path + "/reshape",
                program,
                List.of(convolution.out().value(), perGroup.value(), kernel.height(), kernel.width()));
    }

    /** The S that W must have: its own, unless that cannot be or another was declared. */
    private int multiplier(String path, DeclaredConvolution convolution) {
        if (convolution.taps() == 1) {
            return 1;
        }
        int stored = weights.shape(path + ".W")
                .filter(shape -> shape.rank() == 3 && shape.extent(2) > 0)
                .map(shape -> shape.extent(2))
                .orElse(convolution.taps());
        return convolution.multiplier().orElse(stored);
    }

    private String overParameterised(String path, DeclaredConvolution convolution, Extent in, int multiplier) {
        Extent[] shape = {in, Extent.of(convolution.taps()), Extent.of(multiplier)};
        String d = sketch.parameter(path + ".D", shape);
        String diagonal = diagonal(path, shape);
        String sum = sketch.add("Add", path + "/D", List.of(d, diagonal), Map.of());
        int groups = convolution.groups();
        int outPerGroup = convolution.out().value() / groups;
        if (groups == 1 || weights.pairsLikePyTorch()) {
            String w = reshape(path + "/W", path + ".W", List.of(outPerGroup, in.value(), multiplier));
            return sketch.add(
                    "Einsum", path + "/kernel", List.of(sum, w), Map.of("equation", Attribute.of("ims,ois->oim")));
        }
        int perGroup = in.value() / groups;
        String rows = reshape(path + "/rows", sum, List.of(groups, perGroup, convolution.taps(), multiplier));
        String w = reshape(path + "/W", path + ".W", List.of(groups, outPerGroup, perGroup, multiplier));
        return sketch.add(
                "Einsum", path + "/kernel", List.of(rows, w), Map.of("equation", Attribute.of("gcms,gocs->gocm")));
    }

    private String diagonal(String path, Extent[] shape) {
        String name = path + ".d_diag";
        String stored = weights.holds(name) || !weights.holds(path + ".D_diag") ? name : path + ".D_diag";
        Extent in = shape[0];
        if (!weights.holds(stored)) {
            return sketch.constant(name, () -> tiledIdentity(in.value(), shape[1].value(), shape[2].value()));
        }
        weights.take(stored, List.of(shape)).ifPresent(tensor -> {
            if (!tensor.equals(tiledIdentity(in.value(), shape[1].value(), shape[2].value()))) {
                notes.add(stored + " is not the identity that DO-Conv starts from; it is used as stored");
            }
            sketch.constant(stored, tensor);
        });
        return stored;
    }

    /** Per channel ⌊S/MN⌋ identities of MN×MN side by side, then columns of zeros. */
    private static Tensor tiledIdentity(int channels, int taps, int multiplier) {
        float[] values = new float[Math.multiplyExact(channels, Math.multiplyExact(taps, multiplier))];
        int tiled = multiplier / taps * taps;
        float[] channel = new float[taps * multiplier];
        for (int column = 0; column < tiled; column++) {
            channel[column % taps * multiplier + column] = 1;
        }
        for (int i = 0; i < channels; i++) {
            System.arraycopy(channel, 0, values, i * channel.length, channel.length);
        }
        return Tensor.ofFloats(Shape.of(channels, taps, multiplier), values);
    }

    private String reshape(String node, String value, List<Integer> shape) {
        String target = sketch.constant(node + "/shape", shape);
        return sketch.add("Reshape", node, List.of(value, target), Map.of());
    }
}
