package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.base.DeclaredShape;
import io.foldserve.checkpoint.base.MemoryBudget;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the views of one file's storages into tensors: of the file's bytes where a view is contiguous and
 * little-endian, packed into new memory where it is not.
 *
 * <p>Not thread-safe: one instance belongs to one reading.
 */
final class TensorReader {
    /** What a shape costs; a pickle can give one long tuple to many tensors. */
    private static final long BYTES_PER_AXIS = 64;

    private final ByteOrder order;
    private final MemoryBudget budget;

    /** Reads storages in {@code order}, within {@code budget}. */
    TensorReader(ByteOrder order, MemoryBudget budget) {
        this.order = order;
        this.budget = budget;
    }

    /**
     * The tensor that {@code view} describes.
     *
     * @throws InvalidInputException if its type is not read, or it reaches out of its storage, or the storage is
     *     damaged
     */
    Tensor read(TensorView view) {
        Tensor stored = stored(view);
        return view.negated() ? negative(stored) : stored;
    }

    private Tensor negative(Tensor tensor) {
        if (!tensor.dtype().isFloating()) {
            throw broken("is stored as its negative, with elements of type " + tensor.dtype());
        }
        int width = tensor.dtype().bytes();
        budget.charge((long) tensor.shape().size() * width);
        ByteBuffer bytes = ByteBuffer.allocate(tensor.shape().size() * width)
                .put(tensor.bytes().duplicate());
        for (int sign = width - 1; sign < bytes.capacity(); sign += width) {
            bytes.put(sign, (byte) (bytes.get(sign) ^ 0x80));
        }
        return Tensor.ofBytes(tensor.dtype(), tensor.shape(), bytes.flip());
    }

    private Tensor stored(TensorView view) {
        DType dtype = view.type()
                .dtype()
                .orElseThrow(() -> broken("elements of type %s are not read".formatted(view.type())));
        budget.charge(BYTES_PER_AXIS * view.sizes().items().size());
        Shape shape = DeclaredShape.of(integers(view.sizes()));
        List<Long> strides = integers(view.strides());
        long span = span(view, shape, strides);
        ByteBuffer elements = view.storage().slice(view.offset() * dtype.bytes(), span * dtype.bytes());
        if (contiguous(shape, strides) && (order == ByteOrder.LITTLE_ENDIAN || dtype.bytes() == 1)) {
            return Tensor.ofBytes(dtype, shape, elements);
        }
        long packed = (long) shape.size() * dtype.bytes();
        budget.charge(packed);
        if (packed > Integer.MAX_VALUE) {
            throw broken("has %d bytes, more than one buffer can hold".formatted(packed));
        }
        return Tensor.ofBytes(dtype, shape, StridedCopy.pack(elements.order(order), dtype, shape, strides));
    }

    /** How many elements lie between the view's first and its last, both included, all inside the storage. */
    private static long span(TensorView view, Shape shape, List<Long> strides) {
        if (strides.size() != shape.rank()) {
            throw broken("has %d sizes and %d strides".formatted(shape.rank(), strides.size()));
        }
        long available = view.storage().bytes() / view.type().bytes();
        if (view.offset() < 0 || view.offset() > available) {
            throw broken("starts at element %d of a storage of %d".formatted(view.offset(), available));
        }
        long span = shape.size() == 0 ? 0 : 1;
        for (int axis = 0; axis < shape.rank(); axis++) {
            long stride = strides.get(axis);
            long steps = shape.extent(axis) - 1L;
            if (stride < 0 || (steps > 0 && span > 0 && stride > available / steps)) {
                throw broken("stride %d of axis %d leaves a storage of %d elements".formatted(stride, axis, available));
            }
            span += span == 0 ? 0 : steps * stride;
        }
        if (span > available - view.offset()) {
            throw broken("needs elements %d to %d of a storage of %d"
                    .formatted(view.offset(), view.offset() + span - 1, available));
        }
        return span;
    }

    private static boolean contiguous(Shape shape, List<Long> strides) {
        int[] expected = shape.strides();
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (shape.extent(axis) > 1 && strides.get(axis) != expected[axis]) {
                return shape.size() == 0;
            }
        }
        return true;
    }

    private static List<Long> integers(Value.Sequence sequence) {
        if (sequence.items().size() > DeclaredShape.MOST_AXES) {
            throw broken("has %d axes, at most %d are read"
                    .formatted(sequence.items().size(), DeclaredShape.MOST_AXES));
        }
        List<Long> integers = new ArrayList<>(sequence.items().size());
        for (Value item : sequence.items()) {
            if (!(item instanceof Value.Int integer)) {
                throw broken("a size or stride is " + item.kind() + ", expected an int");
            }
            integers.add(integer.value());
        }
        return integers;
    }

    private static InvalidInputException broken(String problem) {
        return new InvalidInputException("tensor", problem);
    }
}
