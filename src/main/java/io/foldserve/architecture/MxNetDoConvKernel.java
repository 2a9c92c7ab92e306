package io.foldserve.architecture;

import io.foldserve.graph.Attribute;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Adds the weight program of a DO-Conv layer of GluonCV's, which turns weight (O, I/g, M, N), whose last two axes are
 * S = D_mul = M·N, and D (M·N, S, I) into a kernel (O, I/g, M, N).
 *
 * <p>With D′ = D + the identity for every channel, which is in no file: K[o,c,m] = Σ_s D′[m, s, c·g + q]·weight[o,c,s], where
 * q is the group of o. As in the GluonCV reference, whose rows of D are not those of PyTorch's with groups. Without groups
 * it is the program of {@link DoConvKernel}.
 */
final class MxNetDoConvKernel {
    private final GraphSketch sketch;
    private final StoredWeights weights;

    MxNetDoConvKernel(GraphSketch sketch, StoredWeights weights) {
        this.sketch = sketch;
        this.weights = weights;
    }

    /** Adds the program of the layer {@code path} with {@code in} input channels and returns the kernel's name. */
    String add(String path, Convolution convolution, Extent in) {
        int groups = convolution.groups();
        int taps = convolution.taps();
        Extent perGroup = groups == 1 ? in : Extent.of(in.value() / groups);
        Pair kernel = convolution.kernel();
        List<Extent> stored =
                List.of(convolution.out(), perGroup, Extent.of(kernel.height()), Extent.of(kernel.width()));
        weights.take(path + ".weight", stored)
                .ifPresent(weight -> sketch.constant(
                        path + ".weight",
                        weight.reshape(Shape.of(convolution.out().value(), perGroup.value(), taps))));
        weights.take(path + ".D", List.of(Extent.of(taps), Extent.of(taps), in))
                .ifPresent(depthwise -> sketch.constant(path + ".D", rows(depthwise, groups)));
        String diagonal = sketch.constant(
                path + ".d_diag", () -> DoConvKernel.tiledIdentity(in.value(), taps, taps));
        String sum = sketch.add("Add", path + "/D", List.of(path + ".D", diagonal), Map.of());
        String program = groups == 1 ? product(path, sum) : grouped(path, sum, convolution, perGroup.value());
        return reshape(
                path + "/reshape",
                program,
                List.of(convolution.out().value(), perGroup.value(), kernel.height(), kernel.width()));
    }

    private String product(String path, String sum) {
        return einsum(path, "ims,ois->oim", sum, path + ".weight");
    }

    /** Group by group: the rows of D as (g, I/g, M·N, S), the weight as (g, O/g, I/g, S). */
    private String grouped(String path, String sum, Convolution convolution, int perGroup) {
        int groups = convolution.groups();
        int taps = convolution.taps();
        int outPerGroup = convolution.out().value() / groups;
        String d = reshape(path + "/rows", sum, List.of(groups, perGroup, taps, taps));
        String w = reshape(path + "/weight", path + ".weight", List.of(groups, outPerGroup, perGroup, taps));
        return einsum(path, "qcms,qocs->qocm", d, w);
    }

    private String einsum(String path, String equation, String sum, String weight) {
        return sketch.add(
                "Einsum", path + "/kernel", List.of(sum, weight), Map.of("equation", Attribute.of(equation)));
    }

    /** D (M·N, S, I) as (I, M·N, S), row q·(I/g) + c of which is D's row c·g + q. */
    private static Tensor rows(Tensor depthwise, int groups) {
        int taps = depthwise.shape().extent(0);
        int columns = depthwise.shape().extent(1);
        int in = depthwise.shape().extent(2);
        float[] from = depthwise.toFloats();
        float[] rows = new float[from.length];
        for (int row = 0; row < in; row++) {
            int source = row % (in / groups) * groups + row / (in / groups);
            for (int entry = 0; entry < taps * columns; entry++) {
                rows[row * taps * columns + entry] = from[entry * in + source];
            }
        }
        return Tensor.ofFloats(Shape.of(in, taps, columns), rows);
    }

    private String reshape(String node, String value, List<Integer> shape) {
        String target = sketch.constant(node + "/shape", shape);
        return sketch.add("Reshape", node, List.of(value, target), Map.of());
    }
}
