package io.foldserve.checkpoint.base;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Turns extents that a file claims into a {@link Shape}, checking every one before anything is multiplied out. */
public final class DeclaredShape {
    /** More axes than any tensor of PyTorch's has. */
    public static final int MOST_AXES = 64;

    private DeclaredShape() {}

    /**
     * The shape with these extents.
     *
     * @throws InvalidInputException if there are more than 64 axes, an extent is negative, or the product of the
     *     extents exceeds 2^31-1
     */
    public static Shape of(List<Long> extents) {
        if (extents.size() > MOST_AXES) {
            throw new InvalidInputException(
                    "shape", "has %d axes, at most %d are read".formatted(extents.size(), MOST_AXES));
        }
        List<Integer> checked = new ArrayList<>(extents.size());
        long product = 1;
        for (long extent : extents) {
            product = Math.multiplyHigh(product, extent) == 0 ? product * extent : -1;
            if (extent < 0 || extent > Integer.MAX_VALUE || product < 0 || product > Integer.MAX_VALUE) {
                throw new InvalidInputException(
                        "shape", "shape " + extents + " is negative or has more than 2^31-1 elements");
            }
            checked.add((int) extent);
        }
        return new Shape(checked);
    }
}
