package io.foldserve.fold;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * What a network folds to at the prices of {@link CostSource#GENERIC}: the bytes of the folded ONNX file, and those of
 * the audited fold report as {@code fold --report} writes it.
 */
final class FoldedBytes {
    /** The seed of the audit's probes, that of the service. */
    private static final long SEED = 2026;

    /** The names of what a report tells and what no two runs agree on, such as times; nothing so far. */
    private static final Set<String> UNREPEATABLE = Set.of();

    private static final ObjectMapper JSON =
            new ObjectMapper().registerModule(new Jdk8Module()).enable(SerializationFeature.INDENT_OUTPUT);

    private final byte[] onnx;
    private final byte[] report;

    private FoldedBytes(byte[] onnx, byte[] report) {
        this.onnx = onnx;
        this.report = report;
    }

    /** Folds and audits {@code training}. */
    static FoldedBytes of(Graph training) {
        Folded folded = FoldAudit.measure(GraphFolder.fold(training), SEED);
        return new FoldedBytes(OnnxWriter.write(folded.graph()), json(folded.report()));
    }

    private static byte[] json(FoldReport report) {
        JsonNode tree = JSON.valueToTree(report);
        for (String name : UNREPEATABLE) {
            tree.findParents(name).forEach(parent -> ((ObjectNode) parent).remove(name));
        }
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a fold report cannot be written as JSON", e);
        }
    }

    /** The folded file. */
    byte[] onnx() {
        return onnx.clone();
    }

    /** The report, as indented JSON in UTF-8. */
    byte[] report() {
        return report.clone();
    }

    /** The SHA-256 digests of the file and of the report in hexadecimal, with a tab between them. */
    String digests() {
        return sha256(onnx) + "\t" + sha256(report);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
