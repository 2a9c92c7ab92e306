package io.foldserve.serving.catalogue;

import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A variant's folded network as an ONNX file, for whoever wants it elsewhere: written among the temporary files when it
 * is first asked for, and deleted when this is closed. Thread-safe.
 */
public final class FoldedFile implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FoldedFile.class);

    private final Graph network;
    private final Map<String, String> metadata;
    private Optional<Path> file = Optional.empty();
    private boolean closed;

    /** The file of {@code network}, which says {@code metadata} of itself. */
    public FoldedFile(Graph network, Map<String, String> metadata) {
        this.network = network;
        this.metadata = Map.copyOf(metadata);
    }

    /**
     * Where it is. It may be gone once this is closed.
     *
     * @throws NotReadyException after {@link #close()}, or if it cannot be written, with the reason
     * @throws io.foldserve.problem.InvalidInputException if it would have 2 GiB or more
     */
    public synchronized Path path() {
        if (closed) {
            throw new NotReadyException("the model is not served any more");
        }
        if (file.filter(Files::isRegularFile).isEmpty()) {
            file = Optional.of(written());
        }
        return file.orElseThrow();
    }

    private Path written() {
        try {
            Path begun = Files.createTempFile("foldserve-", ".onnx");
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(begun))) {
                OnnxWriter.write(network, metadata, out);
            } catch (IOException | RuntimeException failure) {
                delete(begun);
                throw failure;
            }
            return begun;
        } catch (IOException e) {
            LOG.warn("a folded network cannot be written among the temporary files", e);
            throw new NotReadyException(
                    "the folded network cannot be written to a temporary file now; `fold` writes it");
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warnf(e, "%s cannot be deleted", path);
        }
    }

    /** Deletes the file, if it was asked for. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        file.ifPresent(FoldedFile::delete);
        file = Optional.empty();
    }
}
