package io.foldserve.checkpoint.zip;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;

/**
 * Where an archive's directory is, from its end of central directory record (APPNOTE 4.3.14 to 4.3.16).
 *
 * @param entries how many entries the directory lists
 * @param directoryOffset where the directory starts in the file
 * @param directorySize its length in bytes
 */
record EndRecord(long entries, long directoryOffset, long directorySize) {
    static final int SIGNATURE = 0x06054b50;
    private static final int SIZE = 22;
    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int LOCATOR_SIZE = 20;
    private static final int ZIP64_SIGNATURE = 0x06064b50;
    private static final int ZIP64_SIZE = 56;

    /**
     * Finds the record in the last bytes of the file. An archive comment is not allowed, so there is one place to look
     * and nothing to mistake for it.
     */
    static EndRecord find(FileBytes file) {
        long at = file.size() - SIZE;
        ByteBuffer record = file.slice(Math.max(0, at), Math.min(SIZE, file.size()));
        if (at < 0 || record.getInt(0) != SIGNATURE || record.getShort(20) != 0) {
            throw broken("does not end like a zip archive: it is truncated, or something follows its end");
        }
        EndRecord end = new EndRecord(
                record.getShort(10) & 0xFFFF, record.getInt(16) & 0xFFFF_FFFFL, record.getInt(12) & 0xFFFF_FFFFL);
        long recordOffset = at;
        long locator = at - LOCATOR_SIZE;
        if (locator >= 0 && file.slice(locator, 4).getInt() == LOCATOR_SIGNATURE) {
            recordOffset = file.slice(locator, LOCATOR_SIZE).getLong(8);
            end = end.widened(file, recordOffset, locator);
        }
        end.check(recordOffset);
        return end;
    }

    /** This record with the zip64 record's numbers, of which its own must be the low bits or say "see there". */
    private EndRecord widened(FileBytes file, long offset, long locator) {
        if (offset < 0 || offset > locator - ZIP64_SIZE) {
            throw broken("its zip64 end record is said to be outside the file");
        }
        ByteBuffer record = file.slice(offset, ZIP64_SIZE);
        if (record.getInt(0) != ZIP64_SIGNATURE || record.getLong(4) != locator - offset - 12) {
            throw broken("has no zip64 end record where it says");
        }
        EndRecord wide = new EndRecord(record.getLong(32), record.getLong(48), record.getLong(40));
        boolean agree = agree(entries, wide.entries, 0xFFFF)
                && agree(directoryOffset, wide.directoryOffset, 0xFFFF_FFFFL)
                && agree(directorySize, wide.directorySize, 0xFFFF_FFFFL);
        if (!agree) {
            throw broken("its two end records disagree");
        }
        return wide;
    }

    private static boolean agree(long narrow, long wide, long unknown) {
        return narrow == unknown || narrow == wide;
    }

    private void check(long recordOffset) {
        if (directoryOffset < 0
                || directorySize < 0
                || directoryOffset > recordOffset
                || directorySize != recordOffset - directoryOffset) {
            throw broken("its directory is said to be at %d with %d bytes, its end record is at %d"
                    .formatted(directoryOffset, directorySize, recordOffset));
        }
        if (entries < 0 || entries > directorySize / DirectoryRecord.SIZE) {
            throw broken("its directory of %d bytes cannot list %d entries".formatted(directorySize, entries));
        }
    }

    private static InvalidInputException broken(String problem) {
        return new InvalidInputException("zip archive", problem);
    }
}
