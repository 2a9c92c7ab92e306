package io.foldserve.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes archives of stored entries, as torch.save does, and finds places in them to damage. */
final class StoredZip {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes);

    /** A checkpoint of {@code pickle} and a storage {@code 0} of 16 zero bytes. */
    static byte[] checkpoint(byte[] pickle) {
        return new StoredZip()
                .add("archive/data.pkl", pickle)
                .add("archive/data/0", new byte[16])
                .bytes();
    }

    StoredZip add(String name, byte... content) {
        try {
            CRC32 crc = new CRC32();
            crc.update(content);
            ZipEntry entry = new ZipEntry(name);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(content.length);
            entry.setCrc(crc.getValue());
            zip.putNextEntry(entry);
            zip.write(content);
            return this;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    byte[] bytes() {
        try {
            zip.close();
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Where the {@code nth} occurrence of {@code text} starts, counted from 0. */
    static int find(byte[] in, String text, int nth) {
        byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
        int left = nth;
        for (int at = 0; at <= in.length - wanted.length; at++) {
            if (Arrays.equals(in, at, at + wanted.length, wanted, 0, wanted.length) && left-- == 0) {
                return at;
            }
        }
        throw new IllegalArgumentException("no " + text);
    }

    /** A copy of {@code from} with {@code values} from {@code at} on. */
    static byte[] patch(byte[] from, int at, int... values) {
        byte[] patched = from.clone();
        for (int i = 0; i < values.length; i++) {
            patched[at + i] = (byte) values[i];
        }
        return patched;
    }
}
