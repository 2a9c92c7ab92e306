package io.foldserve.serving.prepared;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.serving.catalogue.ProofResult;
import io.foldserve.task.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What was found out about a prepared network, and what has to be the same for that to hold. It certifies nothing
 * against whoever may write into the model's folder: they could as well put another checkpoint there.
 *
 * @param origin the files that the network was made from
 * @param maker what made it
 * @param terms what its proof was asked for
 * @param network the digest of the file with the network
 * @param head what its outputs mean
 * @param notes what its user should know about the way it was built
 * @param proof how closely it computes what was trained
 * @param report the audited account of its folding
 */
public record Certificate(
        Origin origin,
        Maker maker,
        Terms terms,
        String network,
        Head head,
        List<String> notes,
        ProofResult proof,
        FoldReport report) {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

    /** A report of the largest networks has a few megabytes. */
    private static final long LARGEST = 64L << 20;

    /** Copies the notes. */
    public Certificate {
        notes = List.copyOf(notes);
    }

    /** The certificate in {@code file}; nothing if it is none. */
    static Optional<Certificate> read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.readValue(Files.readAllBytes(file), Certificate.class));
        } catch (JsonProcessingException | NullPointerException none) {
            // Jackson gives null for a member that is not there, which the records' constructors do not take.
            return Optional.empty();
        }
    }

    /** This certificate as JSON. */
    byte[] json() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a certificate cannot be written as JSON", e);
        }
    }
}
