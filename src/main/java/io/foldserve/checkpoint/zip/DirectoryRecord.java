package io.foldserve.checkpoint.zip;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What an archive's directory says of one entry (APPNOTE 4.3.12, 4.5.3).
 *
 * @param name the entry's path
 * @param encodedName the same as the directory spells it, to compare with the entry's own header
 * @param headerOffset where its own header is said to be; not checked here
 * @param size how many bytes it is said to take in the file; not checked here
 * @param method how it is compressed; 0 if it is stored
 * @param crc32 the recorded checksum
 */
record DirectoryRecord(String name, ByteBuffer encodedName, long headerOffset, long size, int method, long crc32) {
    static final int SIZE = 46;
    private static final int SIGNATURE = 0x02014b50;
    private static final int ZIP64_EXTRA = 1;
    private static final int ENCRYPTED = 1;

    static List<DirectoryRecord> readAll(FileBytes file, EndRecord end) {
        ByteBuffer directory = file.slice(end.directoryOffset(), end.directorySize());
        List<DirectoryRecord> records = new ArrayList<>();
        for (long i = 0; i < end.entries(); i++) {
            records.add(read(directory));
        }
        if (directory.hasRemaining()) {
            throw broken(
                    "directory lists %d entries and has %d bytes left".formatted(end.entries(), directory.remaining()));
        }
        return records;
    }

    private static DirectoryRecord read(ByteBuffer directory) {
        ByteBuffer fixed = take(directory, SIZE);
        if (fixed.getInt(0) != SIGNATURE) {
            throw broken("directory is damaged at byte %d".formatted(directory.position() - SIZE));
        }
        ByteBuffer encodedName = take(directory, fixed.getShort(28) & 0xFFFF);
        ByteBuffer extra = take(directory, fixed.getShort(30) & 0xFFFF);
        take(directory, fixed.getShort(32) & 0xFFFF);
        String name = decoded(encodedName);
        if ((fixed.getShort(8) & ENCRYPTED) != 0) {
            throw new InvalidInputException(Quoted.of(name), "is encrypted");
        }
        DirectoryRecord record = new DirectoryRecord(
                name,
                encodedName,
                fixed.getInt(42) & 0xFFFF_FFFFL,
                fixed.getInt(20) & 0xFFFF_FFFFL,
                fixed.getShort(10) & 0xFFFF,
                fixed.getInt(16) & 0xFFFF_FFFFL);
        return record.widened(extra, fixed.getInt(24) & 0xFFFF_FFFFL);
    }

    /** This record with the numbers that did not fit 32 bits taken from the zip64 extra field, in its fixed order. */
    private DirectoryRecord widened(ByteBuffer extra, long unpackedSize) {
        ByteBuffer wide = zip64(extra);
        long wideUnpackedSize = wideOr(unpackedSize, wide);
        long wideSize = wideOr(size, wide);
        long wideOffset = wideOr(headerOffset, wide);
        if (method == 0 && wideSize != wideUnpackedSize) {
            throw new InvalidInputException(
                    Quoted.of(name), "is stored, but as %d bytes for %d".formatted(wideSize, wideUnpackedSize));
        }
        return new DirectoryRecord(name, encodedName, wideOffset, wideSize, method, crc32);
    }

    private long wideOr(long narrow, ByteBuffer wide) {
        if (narrow != 0xFFFF_FFFFL) {
            return narrow;
        }
        if (wide.remaining() < Long.BYTES) {
            throw new InvalidInputException(
                    Quoted.of(name), "lacks the zip64 field that its directory entry refers to");
        }
        return wide.getLong();
    }

    private static ByteBuffer zip64(ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            int id = extra.getShort();
            ByteBuffer field = take(extra, extra.getShort() & 0xFFFF);
            if (id == ZIP64_EXTRA) {
                return field;
            }
        }
        return ByteBuffer.allocate(0);
    }

    private static String decoded(ByteBuffer encodedName) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(encodedName.duplicate())
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw broken("an entry's name is not UTF-8");
        }
    }

    private static ByteBuffer take(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw broken(
                    "directory is damaged: %d bytes are announced, %d are left".formatted(length, from.remaining()));
        }
        ByteBuffer taken = from.slice(from.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        from.position(from.position() + length);
        return taken;
    }

    private static InvalidInputException broken(String problem) {
        return new InvalidInputException("zip archive", problem);
    }
}
