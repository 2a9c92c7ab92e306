package io.foldserve.fold;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads what a golden script saved with {@code numpy.save}: float32 or float64, row-major. */
final class NumpyFile {
    private NumpyFile() {}

    /** The array in {@code file} in float64. */
    static Tensor read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int start = 10 + bytes.getShort(8);
        String header = new String(bytes.array(), 10, start - 10, StandardCharsets.US_ASCII);
        boolean wide = header.contains("<f8");
        double[] elements = new double[(bytes.capacity() - start) / (wide ? 8 : 4)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = wide ? bytes.getDouble(start + 8 * i) : bytes.getFloat(start + 4 * i);
        }
        String extents = header.substring(header.indexOf('(') + 1, header.indexOf(')'));
        return Tensor.ofDoubles(
                Shape.of(Arrays.stream(extents.split(", *"))
                        .mapToInt(Integer::parseInt)
                        .toArray()),
                elements);
    }
}
