package io.foldserve.serving.prepared;

import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphVerifier;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.onnx.OnnxWriter;
import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The prepared networks in the folders of their models: {@code .foldserve/<variant>.onnx} and, beside it,
 * {@code <variant>.json}, its certificate. What does not fit in every respect is not used. Stateless.
 */
public final class PreparedModels {
    private static final Logger LOG = Logger.getLogger(PreparedModels.class);
    private static final String DIRECTORY = ".foldserve";

    private PreparedModels() {}

    /**
     * The prepared network of {@code variant}, if there is one that fits; one line is logged if there is one that does
     * not.
     *
     * @param terms what its proof has to have been asked for, at least
     */
    public static Optional<ProvedNetwork> find(ModelManifest model, VariantManifest variant, Terms terms) {
        Path file = certificate(model, variant);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return read(model, variant, file, terms);
        } catch (Misfit | IOException | RuntimeException | StackOverflowError misfit) {
            LOG.infof(
                    "%s/%s: not served as prepared in %s: %s", model.name(), variant.name(), file, misfit.getMessage());
            return Optional.empty();
        }
    }

    /** Whether a prepared network of {@code variant} is there, whether it fits or not; nothing is read. */
    public static boolean isThere(ModelManifest model, VariantManifest variant) {
        return Files.isRegularFile(certificate(model, variant));
    }

    /** Why a prepared network is not used. */
    private static final class Misfit extends Exception {
        private static final long serialVersionUID = 1L;

        Misfit(String reason) {
            super(reason);
        }
    }

    private static Optional<ProvedNetwork> read(ModelManifest model, VariantManifest variant, Path file, Terms terms)
            throws IOException, Misfit {
        Certificate certificate = Certificate.read(file).orElseThrow(() -> new Misfit("it is no certificate"));
        Maker maker = Maker.current().orElseThrow(() -> new Misfit("it is not known what this program is"));
        expect(certificate.maker().equals(maker), "it was made by another version, or for another processor");
        expect(certificate.terms().satisfy(terms), "its proof was asked for less than foldserve.proof says");
        Optional<String> changed = certificate.origin().difference(Origin.of(model, variant));
        expect(changed.isEmpty(), changed.orElse("") + " has changed since");
        byte[] network = Files.readAllBytes(network(model, variant));
        expect(Digest.of(network).equals(certificate.network()), "the network beside it is damaged");
        Graph graph = OnnxReader.read(network(model, variant).toString(), ByteBuffer.wrap(network));
        expect(GraphVerifier.problems(graph).isEmpty(), "the network beside it is damaged");
        return Optional.of(new ProvedNetwork(
                graph, certificate.head(), certificate.notes(), certificate.report(), certificate.proof()));
    }

    private static void expect(boolean fits, String otherwise) throws Misfit {
        if (!fits) {
            throw new Misfit(otherwise);
        }
    }

    /**
     * Has {@code prove} fold and prove {@code variant}, and writes what it found into the model's folder. The
     * certificate comes last, so that what is written by halves is not used.
     *
     * @param terms what {@code prove} is asked for
     * @return the certificate's file
     * @throws InvalidInputException if the folder cannot be written to, or its files change meanwhile
     */
    public static Path write(ModelManifest model, VariantManifest variant, Terms terms, Supplier<ProvedNetwork> prove) {
        Path file = certificate(model, variant);
        try {
            Files.createDirectories(file.getParent());
            Origin before = Origin.of(model, variant);
            ProvedNetwork proved = prove.get();
            Optional<String> changed = before.difference(Origin.of(model, variant));
            if (changed.isPresent()) {
                throw new InvalidInputException(
                        file.toString(), changed.get() + " changed meanwhile; prepare it again");
            }
            Maker maker = Maker.current()
                    .orElseThrow(() -> new InvalidInputException(file.toString(), "this program cannot be read"));
            byte[] network = OnnxWriter.write(proved.graph());
            Certificate certificate = new Certificate(
                    before,
                    maker,
                    terms,
                    Digest.of(network),
                    proved.head(),
                    proved.notes(),
                    proved.proof(),
                    proved.report());
            write(network(model, variant), network);
            write(file, certificate.json());
            return file;
        } catch (IOException e) {
            throw new InvalidInputException(file.toString(), List.of("cannot be written: " + FileFailure.reason(e)));
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.write(partial, bytes);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static Path certificate(ModelManifest model, VariantManifest variant) {
        return model.folder().resolve(DIRECTORY).resolve(variant.name() + ".json");
    }

    private static Path network(ModelManifest model, VariantManifest variant) {
        return model.folder().resolve(DIRECTORY).resolve(variant.name() + ".onnx");
    }
}
