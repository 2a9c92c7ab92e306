package io.foldserve.serving.experiment;

import io.foldserve.task.Answer;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.SegmentationAnswer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** One variant's answer, as little of it as feedback needs: the best class, or the mask, compressed. Immutable. */
final class Given {
    private static final int NO_CLASS = -1;

    private final int best;
    private final byte[] mask;

    private Given(int best, byte[] mask) {
        this.best = best;
        this.mask = mask;
    }

    /** Keeps of {@code answer}, a mask of the network's size, what counts. */
    static Given of(Answer answer) {
        if (answer instanceof ClassificationAnswer classification) {
            return new Given(classification.classes().get(0).index(), new byte[0]);
        }
        return new Given(NO_CLASS, compressed(((SegmentationAnswer) answer).runs()));
    }

    private static byte[] compressed(int... runs) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            out.writeInt(runs.length);
            for (int number : runs) {
                out.writeInt(number);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written to it", e);
        }
        return bytes.toByteArray();
    }

    /** The index of the best class; of a mask −1. */
    int best() {
        return best;
    }

    /** The class of every pixel, row by row. */
    int[] mask() {
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(mask)))) {
            int[] runs = new int[in.readInt()];
            int pixels = 0;
            for (int i = 0; i < runs.length; i++) {
                runs[i] = in.readInt();
                pixels += i % 2 == 1 ? runs[i] : 0;
            }
            return spread(runs, pixels);
        } catch (IOException e) {
            throw new UncheckedIOException("a mask was not kept whole", e);
        }
    }

    private static int[] spread(int[] runs, int pixels) {
        int[] classes = new int[pixels];
        int at = 0;
        for (int i = 0; i < runs.length; i += 2) {
            for (int left = runs[i + 1]; left > 0; left--) {
                classes[at++] = runs[i];
            }
        }
        return classes;
    }

    /** How many bytes it takes, about. */
    int size() {
        return Integer.BYTES + mask.length;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(best);
        out.writeInt(mask.length);
        out.write(mask);
    }

    static Given read(DataInputStream in) throws IOException {
        int best = in.readInt();
        return new Given(best, in.readNBytes(in.readInt()));
    }
}
