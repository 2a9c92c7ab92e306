package io.foldserve.serving.catalogue;

import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * A variant's folded network as an ONNX file, for whoever wants it elsewhere. Written anew for each, so that neither
 * memory nor disk holds it twice. Immutable; thread-safe.
 *
 * @param network the network, with its weights
 * @param metadata what the file says of itself, by key
 */
public record FoldedFile(Graph network, Map<String, String> metadata) {
    /** Copies the metadata. */
    public FoldedFile {
        metadata = Map.copyOf(metadata);
    }

    /**
     * Writes the file.
     *
     * @throws io.foldserve.problem.InvalidInputException if it would have 2 GiB or more
     */
    public void write(OutputStream out) throws IOException {
        OnnxWriter.write(network, metadata, out);
    }
}
