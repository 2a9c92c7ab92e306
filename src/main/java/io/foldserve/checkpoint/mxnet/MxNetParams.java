package io.foldserve.checkpoint.mxnet;

import io.foldserve.checkpoint.base.ByteCursor;
import io.foldserve.checkpoint.base.DeclaredShape;
import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.mxnet.StoredArray.Storage;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MXNet's file of arrays, as Gluon's {@code save_parameters} and {@code export} and Module's {@code save_checkpoint}
 * write it: the number 0x112 and a zero (8 bytes each), the number of arrays (8 bytes) and the arrays, the number of
 * names (8 bytes) and for each its length (8 bytes) and characters; all of it little-endian. See the static
 * {@code NDArray::Save} in MXNet's {@code src/ndarray/ndarray.cc}.
 *
 * <p>Names are of either style: a block's own ({@code features.0.weight}), or an exported graph's
 * ({@code resnetv1b0_conv0_weight}), which stand in the file after {@code arg:} or {@code aux:}; those are taken off.
 * Every tensor is a view of the file.
 */
public final class MxNetParams {
    private static final long MAGIC = 0x112;
    private static final int START = 2 * Long.BYTES;
    private static final String ARGUMENT = "arg:";
    private static final String AUXILIARY = "aux:";

    private final FileBytes file;
    private final ByteCursor cursor;
    private final Problems problems = new Problems("MXNet");

    private MxNetParams(FileBytes file) {
        this.file = file;
        this.cursor = new ByteCursor(file, "MXNet", START);
    }

    /** Whether {@code file} starts with MXNet's number and the zero behind it. */
    public static boolean recognises(FileBytes file) {
        return file.size() >= START
                && file.slice(0, START).getLong(0) == MAGIC
                && file.slice(0, START).getLong(Long.BYTES) == 0;
    }

    /**
     * Reads every array. The metadata says which style the names are of ({@code names}: {@code block} or
     * {@code exported}).
     *
     * @throws InvalidInputException with every problem, if the file is damaged, or has arrays that are sparse or have
     *     no name
     */
    public static NamedTensors read(FileBytes file) {
        return new MxNetParams(file).read();
    }

    private NamedTensors read() {
        List<StoredArray> arrays = arrays();
        List<String> names = names(arrays.size());
        if (cursor.remaining() > 0) {
            throw cursor.broken("the list ends, but %d bytes are left".formatted(cursor.remaining()));
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        boolean exported = false;
        for (int i = 0; i < names.size() && !problems.isFull(); i++) {
            String name = bare(names.get(i));
            exported |= name.length() < names.get(i).length();
            add(name, arrays.get(i), tensors);
        }
        problems.throwIfAny();
        Map<String, String> metadata = Map.of("format", "mxnet", "names", exported ? "exported" : "block");
        return new NamedTensors(Framework.MXNET, tensors, metadata);
    }

    private List<StoredArray> arrays() {
        ArrayParser parser = new ArrayParser(cursor);
        long count = count(Integer.BYTES, "arrays");
        List<StoredArray> arrays = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            arrays.add(parser.next());
        }
        return arrays;
    }

    private List<String> names(int arrays) {
        long count = count(Long.BYTES, "names");
        if (count != arrays) {
            throw cursor.broken(
                    count == 0
                            ? "the %d arrays have no names: save them as a dict, or with save_parameters"
                                    .formatted(arrays)
                            : "%d arrays have %d names".formatted(arrays, count));
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < arrays; i++) {
            names.add(new String(cursor.bytes(cursor.int64()), StandardCharsets.UTF_8));
        }
        return names;
    }

    private long count(int leastBytes, String what) {
        long count = cursor.int64();
        if (count < 0 || count > cursor.remaining() / leastBytes) {
            throw cursor.broken("%d %s are announced, %d bytes are left".formatted(count, what, cursor.remaining()));
        }
        return count;
    }

    private static String bare(String name) {
        return name.startsWith(ARGUMENT) || name.startsWith(AUXILIARY) ? name.substring(ARGUMENT.length()) : name;
    }

    private void add(String name, StoredArray array, Map<String, Tensor> tensors) {
        String shown = Quoted.of(name);
        if (array.storage() == Storage.NONE) {
            problems.add(shown + ": has no elements: it was not initialised when it was saved");
        } else if (array.storage() != Storage.DENSE) {
            problems.add("%s: is a sparse array (%s), only dense ones are read".formatted(shown, array.storage()));
        } else if (tensors.containsKey(name)) {
            problems.add(shown + ": is there twice");
        } else {
            try {
                tensors.put(name, tensor(array));
            } catch (InvalidInputException cause) {
                problems.addAll(shown, cause);
            }
        }
    }

    private Tensor tensor(StoredArray array) {
        DType dtype = ElementFlag.type(array.type());
        Shape shape = DeclaredShape.of(array.extents());
        return Tensor.ofBytes(dtype, shape, file.slice(array.offset(), (long) shape.size() * dtype.bytes()));
    }
}
