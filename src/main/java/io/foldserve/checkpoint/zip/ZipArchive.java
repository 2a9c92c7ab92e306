package io.foldserve.checkpoint.zip;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A zip archive (PKWARE APPNOTE 6.3, with zip64), of which the entries that are stored uncompressed can be read.
 *
 * <p>The archive must be the whole file, and its parts must agree: every entry has a local header with the same name,
 * lies before the directory and overlaps no other. Immutable; thread-safe.
 */
public final class ZipArchive {
    private static final int LOCAL_HEADER = 0x04034b50;
    private static final int LOCAL_HEADER_SIZE = 30;

    private final FileBytes file;
    private final Map<String, ZipEntry> entries;

    private ZipArchive(FileBytes file, Map<String, ZipEntry> entries) {
        this.file = file;
        this.entries = Collections.unmodifiableMap(entries);
    }

    /** Whether {@code file} starts like a zip archive: with an entry, or with the end record of an empty one. */
    public static boolean recognises(FileBytes file) {
        if (file.size() < 4) {
            return false;
        }
        int start = file.slice(0, 4).getInt();
        return start == LOCAL_HEADER || start == EndRecord.SIGNATURE;
    }

    /**
     * The archive that {@code file} is.
     *
     * @throws InvalidInputException if it is damaged, contradicts itself, or has encrypted entries
     */
    public static ZipArchive open(FileBytes file) {
        EndRecord end = EndRecord.find(file);
        List<DirectoryRecord> records = DirectoryRecord.readAll(file, end);
        Map<String, ZipEntry> entries = new LinkedHashMap<>();
        for (DirectoryRecord record : records) {
            if (entries.put(record.name(), locate(file, record, end)) != null) {
                throw new InvalidInputException(Quoted.of(record.name()), "is in the archive twice");
            }
        }
        refuseOverlaps(records, entries);
        return new ZipArchive(file, entries);
    }

    /** The names of the entries of {@code file}, to tell archives apart; none if it is no archive, or a damaged one. */
    public static List<String> peek(FileBytes file) {
        if (!recognises(file)) {
            return List.of();
        }
        try {
            return open(file).entries().stream().map(ZipEntry::name).toList();
        } catch (InvalidInputException damaged) {
            return List.of();
        }
    }

    /** The entries in the directory's order. */
    public Collection<ZipEntry> entries() {
        return entries.values();
    }

    /**
     * The entry called {@code name}, if there is one, to be read.
     *
     * @throws InvalidInputException if it is compressed
     */
    public Optional<ZipEntry> find(String name) {
        Optional<ZipEntry> found = Optional.ofNullable(entries.get(name));
        found.filter(entry -> entry.method() != 0).ifPresent(entry -> {
            throw new InvalidInputException(
                    Quoted.of(name),
                    "is compressed (method %d): expected a stored entry, as training frameworks write it"
                            .formatted(entry.method()));
        });
        return found;
    }

    /** The {@code length} bytes at {@code offset} in {@code entry}; callers check the range first. */
    public ByteBuffer slice(ZipEntry entry, long offset, long length) {
        return file.slice(entry.offset() + offset, length);
    }

    /** {@code entry} as a file of its own. */
    public FileBytes file(ZipEntry entry) {
        return file.region(entry.offset(), entry.size());
    }

    /** All bytes of {@code entry}. */
    public ByteBuffer bytes(ZipEntry entry) {
        return slice(entry, 0, entry.size());
    }

    /**
     * Reads {@code entry} once to compare it with its checksum, if one was recorded.
     *
     * @throws InvalidInputException if they differ
     */
    public void verify(ZipEntry entry) {
        if (entry.crc32() == 0) {
            return;
        }
        CRC32 crc = new CRC32();
        file.scan(entry.offset(), entry.size(), crc::update);
        if (crc.getValue() != entry.crc32()) {
            throw new InvalidInputException(
                    Quoted.of(entry.name()),
                    "is damaged: expected CRC-32 %08x, found %08x".formatted(entry.crc32(), crc.getValue()));
        }
    }

    private static ZipEntry locate(FileBytes file, DirectoryRecord record, EndRecord end) {
        String name = Quoted.of(record.name());
        if (record.headerOffset() < 0 || record.headerOffset() > end.directoryOffset() - LOCAL_HEADER_SIZE) {
            throw new InvalidInputException(name, "its header is said to be outside the archive");
        }
        ByteBuffer header = file.slice(record.headerOffset(), LOCAL_HEADER_SIZE);
        int nameLength = header.getShort(26) & 0xFFFF;
        int extraLength = header.getShort(28) & 0xFFFF;
        long nameOffset = record.headerOffset() + LOCAL_HEADER_SIZE;
        long offset = nameOffset + nameLength + extraLength;
        if (header.getInt(0) != LOCAL_HEADER || offset > end.directoryOffset()) {
            throw new InvalidInputException(name, "has no header of its own where the directory says");
        }
        if (!file.slice(nameOffset, nameLength).equals(record.encodedName())) {
            throw new InvalidInputException(name, "has another name in its own header");
        }
        if (record.size() < 0 || record.size() > end.directoryOffset() - offset) {
            throw new InvalidInputException(
                    name, "is said to have %d bytes, which run out of the archive".formatted(record.size()));
        }
        return new ZipEntry(record.name(), offset, record.size(), record.method(), record.crc32());
    }

    private static void refuseOverlaps(List<DirectoryRecord> records, Map<String, ZipEntry> entries) {
        List<DirectoryRecord> byOffset = new ArrayList<>(records);
        byOffset.sort(Comparator.comparingLong(DirectoryRecord::headerOffset));
        long end = 0;
        for (DirectoryRecord record : byOffset) {
            if (record.headerOffset() < end) {
                throw new InvalidInputException(Quoted.of(record.name()), "overlaps the entry before it");
            }
            ZipEntry entry = entries.get(record.name());
            end = entry == null ? end : entry.offset() + entry.size();
        }
    }
}
