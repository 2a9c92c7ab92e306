package io.foldserve.onnx;

import io.foldserve.file.FileReads;
import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files beside a model that hold tensors of it (ONNX, "External Data"). Not thread-safe; belongs to one reading.
 *
 * <p>What was read stays valid when the files are closed, whatever becomes of them. One that is changed between its
 * opening and its closing is refused.
 */
final class ExternalFiles implements Closeable {
    /** Each file that is open takes a place that connections need too. */
    private static final int MOST_OPEN = 64;

    private final Optional<Path> folder;
    private final Optional<Path> linked;
    private final Map<String, Path> files = new HashMap<>();
    private final Map<Path, FileReads> open = new HashMap<>();

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
        try {
            FileReads reads = opened(file);
            if (offset < 0 || length > reads.size() - offset) {
                throw refused(
                        location, "has %d bytes, but %d are read at offset %d".formatted(reads.size(), length, offset));
            }
            if (length > Integer.MAX_VALUE) {
                throw refused(location, "a tensor of 2 GiB and more cannot be read");
            }
            return reads.region(offset, (int) length);
        } catch (IOException failure) {
            throw refused(location, "cannot be read: " + FileFailure.reason(failure));
        } catch (InvalidInputException changed) {
            throw changed.subject().equals(FileReads.SUBJECT) ? refused(location, changed.problems()) : changed;
        }
    }

    private FileReads opened(Path file) throws IOException {
        FileReads known = open.get(file);
        if (known != null) {
            return known;
        }
        if (open.size() == MOST_OPEN) {
            close();
        }
        FileReads reads = FileReads.open(file);
        open.put(file, reads);
        return reads;
    }

    /**
     * Closes the files.
     *
     * @throws InvalidInputException if one was changed since it was opened
     */
    @Override
    public void close() throws IOException {
        Map<Path, FileReads> closing = Map.copyOf(open);
        open.clear();
        List<InvalidInputException> changed = new ArrayList<>();
        for (Map.Entry<Path, FileReads> file : closing.entrySet()) {
            try {
                file.getValue().close();
            } catch (InvalidInputException e) {
                changed.add(refused(String.valueOf(file.getKey().getFileName()), e.problems()));
            }
        }
        if (!changed.isEmpty()) {
            throw changed.get(0);
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
        return refused(location, List.of(problem));
    }

    private static InvalidInputException refused(String location, List<String> problems) {
        return new InvalidInputException("external data file " + location, problems);
    }
}
