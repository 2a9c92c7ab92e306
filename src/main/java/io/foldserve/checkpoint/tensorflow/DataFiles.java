package io.foldserve.checkpoint.tensorflow;

import io.foldserve.checkpoint.base.DeclaredShape;
import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The files with the tensors' bytes, {@code <name>.data-00000-of-00002}, beside the index {@code <name>.index}. */
final class DataFiles implements Closeable {
    private static final String INDEX = ".index";

    private final List<FileBytes> files = new ArrayList<>();

    private DataFiles() {}

    /**
     * Opens all of them.
     *
     * @throws InvalidInputException if one is missing, or is a link to another folder than the index's
     */
    static DataFiles beside(FileBytes index, int shards) throws IOException {
        Path path = index.path()
                .orElseThrow(
                        () -> new InvalidInputException("index", "is not in a folder that can hold its data files"));
        String name = path.getFileName().toString();
        if (!name.endsWith(INDEX)) {
            throw new InvalidInputException(
                    "index",
                    "is called %s; its data files are found by its name, which must end in .index".formatted(name));
        }
        DataFiles opened = new DataFiles();
        try {
            Path folder = path.toRealPath().resolveSibling("");
            String prefix = name.substring(0, name.length() - INDEX.length());
            for (int shard = 0; shard < shards; shard++) {
                opened.open(path.resolveSibling(prefix + ".data-%05d-of-%05d".formatted(shard, shards)), folder);
            }
            return opened;
        } catch (IOException | RuntimeException failure) {
            opened.close();
            throw failure;
        }
    }

    private void open(Path data, Path folder) throws IOException {
        String name = String.valueOf(data.getFileName());
        if (!Files.isRegularFile(data)) {
            throw new InvalidInputException(Quoted.of(name), "is missing; it belongs beside the index");
        }
        if (!data.toRealPath().startsWith(folder)) {
            throw new InvalidInputException(Quoted.of(name), "is a link out of the folder with the index");
        }
        files.add(FileBytes.open(data));
    }

    /** How many bytes the files have together. */
    long size() {
        return files.stream().mapToLong(FileBytes::size).sum();
    }

    /**
     * The tensor that {@code entry} describes, as a view.
     *
     * @throws InvalidInputException if its type is not read, it is cut into slices, or its bytes are damaged
     */
    Tensor tensor(BundleEntry entry) {
        if (entry.slices() > 0) {
            throw refused("is partitioned into %d slices; save it in one piece".formatted(entry.slices()));
        }
        DType dtype = entry.dtype()
                .orElseThrow(() -> refused("elements of TensorFlow's type %d are not read".formatted(entry.type())));
        Shape shape = DeclaredShape.of(entry.shape());
        long expected = (long) shape.size() * dtype.bytes();
        if (entry.size() != expected) {
            throw refused("has %d bytes, expected %d for %s %s".formatted(entry.size(), expected, dtype, shape));
        }
        ByteBuffer bytes = bytes(entry);
        expectChecksum(entry, MaskedCrc.of(bytes));
        return Tensor.ofBytes(dtype, shape, bytes);
    }

    /**
     * The one text that {@code entry} describes: its length, a checksum of the length, and its bytes.
     *
     * @throws InvalidInputException if it is something else, or damaged
     */
    ByteBuffer text(BundleEntry entry) {
        if (!entry.isText() || !entry.shape().isEmpty() || entry.slices() > 0) {
            throw refused("is not one text");
        }
        ByteBuffer bytes = bytes(entry);
        long length = Varint.read(bytes);
        if (length < 0 || length != bytes.remaining() - Integer.BYTES) {
            throw refused("is said to be a text of %d bytes, where %d are left".formatted(length, bytes.remaining()));
        }
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, (int) length));
        crc.update(bytes.duplicate());
        expectChecksum(entry, MaskedCrc.mask(crc));
        return bytes.slice(bytes.position() + Integer.BYTES, (int) length);
    }

    private ByteBuffer bytes(BundleEntry entry) {
        if (entry.shard() < 0 || entry.shard() >= files.size()) {
            throw refused("is said to be in data file %d of %d".formatted(entry.shard(), files.size()));
        }
        FileBytes file = files.get(entry.shard());
        boolean inside = entry.offset() >= 0 && entry.size() >= 0 && entry.offset() <= file.size();
        if (!inside || entry.size() > file.size() - entry.offset()) {
            throw refused("is said to have %d bytes at %d of a data file of %d: the file is truncated or another one"
                    .formatted(entry.size(), entry.offset(), file.size()));
        }
        return file.slice(entry.offset(), entry.size());
    }

    private static void expectChecksum(BundleEntry entry, int found) {
        if (found != entry.crc()) {
            throw refused("is damaged: expected checksum %08x, found %08x".formatted(entry.crc(), found));
        }
    }

    private static InvalidInputException refused(String problem) {
        return new InvalidInputException("tensor", problem);
    }

    /** Closes all files; tensors stay valid. */
    @Override
    public void close() throws IOException {
        for (FileBytes file : files) {
            file.close();
        }
    }
}
