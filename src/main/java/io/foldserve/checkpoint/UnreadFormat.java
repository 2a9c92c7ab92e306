package io.foldserve.checkpoint;

import io.foldserve.checkpoint.format.FileBytes;
import io.foldserve.problem.Placeholder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Says what a file that is not read seems to be, from its first bytes. */
final class UnreadFormat {
    private static final byte[] TAR = "ustar".getBytes(StandardCharsets.US_ASCII);

    private UnreadFormat() {}

    /** A sentence for the user: what was found, and what is read. */
    static String describe(FileBytes file) {
        return Placeholder.describe(head(file)).orElseGet(() -> found(file) + "; read are " + Format.descriptions());
    }

    private static String found(FileBytes file) {
        if (file.size() == 0) {
            return "is empty";
        }
        if (has(file, 257, TAR)) {
            return "is a tar archive, as torch.save wrote it before PyTorch 0.2; load it in PyTorch and save it again";
        }
        if ((file.slice(0, 1).get() & 0xFF) == 0x80) {
            return "is a bare pickle";
        }
        return "starts with " + start(file);
    }

    private static byte[] head(FileBytes file) {
        byte[] head = new byte[(int) Math.min(512, file.size())];
        file.slice(0, head.length).get(head);
        return head;
    }

    private static boolean has(FileBytes file, int offset, byte[] magic) {
        return file.size() >= offset + magic.length
                && file.slice(offset, magic.length).equals(ByteBuffer.wrap(magic));
    }

    private static String start(FileBytes file) {
        byte[] start = new byte[(int) Math.min(8, file.size())];
        file.slice(0, start.length).get(start);
        StringBuilder text = new StringBuilder();
        for (byte b : start) {
            text.append(b > ' ' && b < 0x7F ? (char) b : '.');
        }
        return HexFormat.ofDelimiter(" ").formatHex(start) + " (" + text + ")";
    }
}
