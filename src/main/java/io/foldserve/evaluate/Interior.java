package io.foldserve.evaluate;

import io.foldserve.graph.Node;
import io.foldserve.graph.Operand;
import io.foldserve.graph.Shapes;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Which output positions of a convolution lie in its interior: those none of whose taps falls into the padding. The border
 * is where a wrong fold shows, so errors are reported for the two apart.
 *
 * <p>Immutable and thread-safe.
 */
public final class Interior {
    private final BitSet positions;
    private final int plane;

    private Interior(BitSet positions, int plane) {
        this.positions = positions;
        this.plane = plane;
    }

    /**
     * The interior of {@code convolution} (a Conv) for an input of shape {@code input} and a kernel of shape {@code kernel}.
     *
     * @throws io.foldserve.graph.ShapeException if the shapes contradict the operator
     */
    public static Interior of(Node convolution, Shape input, Shape kernel) {
        Node biasless = convolution.withInputs(convolution.inputs().subList(0, 2));
        Shape output = Shapes.infer(biasless, List.of(Optional.of(Operand.of(input)), Optional.of(Operand.of(kernel))))
                .get(0);
        Window window = Window.of(
                convolution,
                kernel.extents().subList(2, kernel.rank()),
                input.extents().subList(2, input.rank()));
        Patches patches = Patches.of(window, spatial(input), spatial(output));
        int columns = patches.outputColumns();
        int plane = patches.outputRows() * columns;
        BitSet positions = new BitSet(plane);
        positions.set(0, plane);
        for (int tap = 0; tap < patches.taps(); tap++) {
            for (int position = 0; position < plane; position++) {
                if (patches.row(tap, position / columns) < 0 || patches.columns(tap)[position % columns] < 0) {
                    positions.clear(position);
                }
            }
        }
        return new Interior(positions, plane);
    }

    private static int[] spatial(Shape shape) {
        return Arrays.copyOfRange(shape.toArray(), 2, shape.rank());
    }

    /** True when the output element with row-major index {@code element}, in whichever channel, is in the interior. */
    public boolean contains(int element) {
        return positions.get(element % plane);
    }

    /** The number of interior positions of one channel. */
    public int size() {
        return positions.cardinality();
    }
}
