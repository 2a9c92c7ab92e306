package io.foldserve.onnx;

import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files beside a model that hold tensors of it (ONNX, "External Data"), mapped. Not thread-safe; belongs to one
 * reading. Mapped regions stay valid when the reading is over; the files must not be changed in place while they are
 * used.
 */
final class ExternalFiles {
    private final Optional<Path> folder;
    private final Optional<Path> linked;
    private final Map<String, Path> files = new HashMap<>();
    private final Map<Path, ByteBuffer> whole = new HashMap<>();

    private ExternalFiles(Optional<Path> folder, Optional<Path> linked) {
        this.folder = folder;
        this.linked = linked;
    }

    /** None at all. */
    static ExternalFiles none() {
        return new ExternalFiles(Optional.empty(), Optional.empty());
    }

    /**
     * Files in the folder of {@code model}, and if that is a link, also those that links in the folder lead to beside
     * its target: a download cache keeps both in one place.
     */
    static ExternalFiles beside(Path model) throws IOException {
        return new ExternalFiles(
                Optional.ofNullable(model.toAbsolutePath().getParent()),
                Optional.ofNullable(model.toRealPath().getParent()));
    }

    /**
     * The bytes that {@code location}, {@code offset} and {@code length} point to.
     *
     * @param length the number of bytes that the tensor's type and shape ask for
     * @throws InvalidInputException if the file is not inside the folder, cannot be read, or ends before
     */
    ByteBuffer read(String location, long offset, long length) {
        Path file = files.computeIfAbsent(location, this::locate);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (offset < 0 || length > size - offset) {
                throw refused(location, "has %d bytes, but %d are read at offset %d".formatted(size, length, offset));
            }
            if (size > Integer.MAX_VALUE) {
                return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
            }
            ByteBuffer mapped = whole.get(file);
            if (mapped == null) {
                mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
                whole.put(file, mapped);
            }
            return mapped.slice((int) offset, (int) length);
        } catch (IOException failure) {
            throw refused(location, "cannot be read: " + FileFailure.reason(failure));
        }
    }

    private Path locate(String location) {
        Path root = folder.orElseThrow(
                () -> refused(location, "cannot be found: the model did not come from a file, so it has no folder"));
        try {
            Path relative = Path.of(location);
            Path real = root.toRealPath();
            Path file = real.resolve(relative).normalize();
            if (location.isEmpty() || relative.isAbsolute() || !file.startsWith(real) || file.equals(real)) {
                throw refused(location, "expected a path inside the model's folder");
            }
            Path target = file.toRealPath();
            if (!target.startsWith(real) && linked.filter(target::startsWith).isEmpty()) {
                throw refused(location, "leads out of the model's folder");
            }
            return target;
        } catch (InvalidPathException malformed) {
            throw refused("<unprintable>", "is not a path");
        } catch (IOException missing) {
            throw refused(location, "cannot be read: " + missing);
        }
    }

    private static InvalidInputException refused(String location, String problem) {
        return new InvalidInputException("external data file " + location, problem);
    }
}
