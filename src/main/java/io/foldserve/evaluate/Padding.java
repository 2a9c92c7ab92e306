package io.foldserve.evaluate;

import io.foldserve.graph.Axes;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Pad with modes constant, reflect (without repeating the edge), edge and wrap; a negative pad crops. Positions are
 * mapped one axis at a time.
 */
public final class Padding implements Kernel {
    @Override
    public List<Tensor> run(Call call) {
        Shape shape = call.shape(0);
        long[] pads = call.tensor(1).toLongs();
        long[] axes = call.findLongs(3)
                .orElseGet(() -> LongStream.range(0, shape.rank()).toArray());
        double fill = call.find(2).map(value -> value.toDoubles()[0]).orElse(0.0);
        Selection selection = new Selection(call.doubles(0), shape);
        for (int i = 0; i < axes.length; i++) {
            int axis = Axes.normal(call.node(), axes[i], shape.rank());
            int begin = Math.toIntExact(pads[i]);
            IntUnaryOperator source = source(call, shape.extent(axis));
            selection.along(
                    axis,
                    IntStream.range(0, call.output(0).extent(axis))
                            .map(position -> source.applyAsInt(position - begin))
                            .toArray());
        }
        return call.like(0, selection.filledWith(fill));
    }

    /** From a position relative to the input's first to the input position it copies, or -1. */
    private static IntUnaryOperator source(Call call, int extent) {
        String mode = call.node().text("mode", "constant");
        if (mode.equals("constant")) {
            return position -> position >= 0 && position < extent ? position : -1;
        }
        call.check(extent > 0, "at least one element to pad with mode " + mode, call.shape(0));
        return switch (mode) {
            case "edge" -> position -> Math.min(Math.max(position, 0), extent - 1);
            case "wrap" -> position -> Math.floorMod(position, extent);
            case "reflect" -> position -> reflected(position, extent);
            default -> throw call.refused("expected mode constant, reflect, edge or wrap, found " + mode);
        };
    }

    private static int reflected(int position, int extent) {
        if (extent == 1) {
            return 0;
        }
        int folded = Math.floorMod(position, 2 * (extent - 1));
        return folded < extent ? folded : 2 * (extent - 1) - folded;
    }
}
