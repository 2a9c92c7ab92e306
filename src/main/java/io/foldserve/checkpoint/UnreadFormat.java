package io.foldserve.checkpoint;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.problem.Placeholder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Says what a file that is not read seems to be, from its first bytes. */
final class UnreadFormat {
    private static final byte[] TAR = "ustar".getBytes(StandardCharsets.US_ASCII);

    private static final int LOOKED_AT = 4096;

    private static final Map<String, String> ARCHIVES = Map.of(
            "\u001f\u008b", "gzip",
            "BZh", "bzip2",
            "\u00fd7zXZ", "xz",
            "(\u00b5/\u00fd", "zstd",
            "7z\u00bc\u00af'\u001c", "7-Zip",
            "Rar!", "RAR");

    private UnreadFormat() {}

    /** A sentence for the user: what was found, and what is read. */
    static String describe(FileBytes file) {
        return Placeholder.describe(head(file))
                .or(() -> known(file))
                .orElseGet(() -> found(file) + "; read are " + Format.descriptions());
    }

    /** What people take for a checkpoint, and what to do about it. */
    private static Optional<String> known(FileBytes file) {
        String text = new String(head(file), StandardCharsets.ISO_8859_1);
        if (text.startsWith("{") && text.contains("\"weight_map\"")) {
            return Optional.of(Sharded.INDEX);
        }
        return ARCHIVES.entrySet().stream()
                .filter(archive -> text.startsWith(archive.getKey()))
                .findFirst()
                .map(archive ->
                        "is a %s archive: unpack it and name the checkpoint in it".formatted(archive.getValue()));
    }

    private static String found(FileBytes file) {
        if (file.size() == 0) {
            return "is empty";
        }
        if (has(file, 257, TAR)) {
            return "is a tar archive, as torch.save wrote it before PyTorch 0.2: unpack it and name the checkpoint in "
                    + "it, or load it in PyTorch and save it again";
        }
        if ((file.slice(0, 1).get() & 0xFF) == 0x80) {
            return "is a bare pickle";
        }
        return "starts with " + start(file);
    }

    private static byte[] head(FileBytes file) {
        byte[] head = new byte[(int) Math.min(LOOKED_AT, file.size())];
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
