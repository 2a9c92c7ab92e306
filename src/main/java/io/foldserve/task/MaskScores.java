package io.foldserve.task;

import io.foldserve.task.image.PngWriter;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The probability of every label at every pixel of a segmentation, at the size of the network's input. Immutable and
 * thread-safe.
 */
public final class MaskScores {
    private static final byte[] NPY = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    /** What the length of a {@code .npy} file's header is a multiple of. */
    private static final int NPY_ALIGNMENT = 64;

    private static final double GREY_LEVELS = 65535;

    private final int labels;
    private final int height;
    private final int width;
    private final Tensor scores;

    private MaskScores(Tensor scores) {
        this.labels = scores.shape().extent(1);
        this.height = scores.shape().extent(2);
        this.width = scores.shape().extent(3);
        this.scores = scores;
    }

    /**
     * The scores that a network gave.
     *
     * @param scores FLOAT32 {@code [1, labels, H, W]}
     * @throws NotFiniteException if one is not a number or infinite
     */
    static MaskScores of(Tensor scores, List<String> labels) {
        int pixels = scores.shape().extent(2) * scores.shape().extent(3);
        FloatBuffer values = scores.bytes().asFloatBuffer();
        for (int i = 0; i < values.limit(); i++) {
            if (!Float.isFinite(values.get(i))) {
                throw new NotFiniteException("probability", labels.get(i / pixels), values.get(i));
            }
        }
        return new MaskScores(scores);
    }

    /** The most memory that scores of this size hold in all their forms: tensors inside and outside, and a file. */
    static long bytes(int labels, int height, int width) {
        return 3L * Float.BYTES * labels * height * width;
    }

    /** All scores as NumPy's {@code .npy}, version 1.0: little-endian float32 {@code [labels, H, W]}. */
    public byte[] npy() {
        String header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d, %d), }".formatted(labels, height, width);
        int begun = NPY.length + Short.BYTES;
        // A line feed ends the header.
        int start = (begun + header.length() + NPY_ALIGNMENT) / NPY_ALIGNMENT * NPY_ALIGNMENT;
        String padded = header + " ".repeat(start - begun - header.length() - 1) + "\n";
        ByteBuffer elements = scores.bytes();
        return ByteBuffer.allocate(start + elements.remaining())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(NPY)
                .putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.US_ASCII))
                .put(elements)
                .array();
    }

    /** The scores p of label {@code index} as 16-bit grey, {@code ⌊65535·p + ½⌋}. */
    public byte[] png(int index) {
        int pixels = Math.multiplyExact(height, width);
        FloatBuffer values = scores.bytes().asFloatBuffer();
        ByteBuffer levels = ByteBuffer.allocate(2 * pixels);
        for (int i = 0; i < pixels; i++) {
            double score = Math.min(1, Math.max(0, values.get(index * pixels + i)));
            levels.putShort((short) Math.round(GREY_LEVELS * score));
        }
        return PngWriter.writeGrey16(width, height, levels.array());
    }
}
