package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.zip.ZipArchive;
import io.foldserve.checkpoint.zip.ZipEntry;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * The entries {@code <root>/data/<key>} of an archive. Each is compared with its checksum when it is first read.
 *
 * <p>Not thread-safe: one instance belongs to one reading.
 */
final class ZipStorages implements Storages {
    private final ZipArchive archive;
    private final String root;
    private final Set<ZipEntry> verified = new HashSet<>();

    ZipStorages(ZipArchive archive, String root) {
        this.archive = archive;
        this.root = root;
    }

    @Override
    public Storage find(String key, ElementType type, long elements) {
        ZipEntry entry = archive.find(root + "/data/" + key)
                .orElseThrow(() ->
                        new InvalidInputException("persistent id", "the archive has no storage " + Quoted.of(key)));
        if (elements < 0 || elements != entry.size() / type.bytes()) {
            throw new InvalidInputException(
                    "persistent id",
                    "storage %s is said to hold %d elements of %s, it has %d bytes"
                            .formatted(Quoted.of(key), elements, type, entry.size()));
        }
        return new Entry(this, entry, type);
    }

    private ByteBuffer slice(ZipEntry entry, long offset, long length) {
        if (verified.add(entry)) {
            archive.verify(entry);
        }
        return archive.slice(entry, offset, length);
    }

    private record Entry(ZipStorages owner, ZipEntry entry, ElementType type) implements Storage {
        @Override
        public long bytes() {
            return entry.size();
        }

        @Override
        public ByteBuffer slice(long offset, long length) {
            return owner.slice(entry, offset, length);
        }
    }
}
