package io.foldserve.checkpoint.keras;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.checkpoint.zip.ZipArchive;
import io.foldserve.checkpoint.zip.ZipEntry;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code .keras} archive: a zip file with the weights as HDF5 ({@code model.weights.h5}), the network as JSON and
 * the version of Keras ({@code metadata.json}). Only the weights and the version are read, and of the network's JSON,
 * which can name Python code, what {@link NormConfigs} asks for.
 */
public final class KerasArchive {
    private static final String WEIGHTS = "model.weights.h5";
    private static final String METADATA = "metadata.json";
    private static final String CONFIG = "config.json";
    private static final long LONGEST_METADATA = 1 << 16;
    private static final long LONGEST_CONFIG = 16 << 20;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(8).build())
            .build();

    private static final ObjectMapper NETWORK = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build());

    private KerasArchive() {}

    /** Whether {@code file} is a zip archive with Keras's weights in it. */
    public static boolean recognises(FileBytes file) {
        return ZipArchive.peek(file).contains(WEIGHTS);
    }

    /**
     * Reads the network's weights, as {@link KerasHdf5#read} does.
     *
     * @throws InvalidInputException with every problem, if the archive or the weights in it are damaged, or the weights
     *     are compressed
     */
    public static NamedTensors read(FileBytes file) {
        ZipArchive archive = ZipArchive.open(file);
        ZipEntry weights = archive.find(WEIGHTS).orElseThrow();
        archive.verify(weights);
        FileBytes content = archive.file(weights);
        if (!KerasHdf5.recognises(content)) {
            throw new InvalidInputException(WEIGHTS, "is no HDF5 file");
        }
        NamedTensors read = KerasHdf5.read(content);
        Map<String, String> metadata = new LinkedHashMap<>(read.metadata());
        metadata.put("format", "keras archive");
        archive.find(METADATA)
                .flatMap(entry -> version(archive, entry))
                .ifPresent(version -> metadata.put("keras_version", version));
        Map<String, Tensor> tensors = archive.find(CONFIG)
                .map(entry -> norms(archive, entry).named(read.tensors()))
                .orElse(read.tensors());
        return new NamedTensors(read.framework(), tensors, metadata);
    }

    private static NormConfigs norms(ZipArchive archive, ZipEntry entry) {
        try {
            return NormConfigs.of(NETWORK.readTree(json(archive, entry, CONFIG, LONGEST_CONFIG)));
        } catch (IOException malformed) {
            throw new InvalidInputException(CONFIG, "is not the JSON expected");
        }
    }

    private static byte[] json(ZipArchive archive, ZipEntry entry, String name, long longest) {
        if (entry.size() > longest) {
            throw new InvalidInputException(name, "has %d bytes, at most %d are read".formatted(entry.size(), longest));
        }
        archive.verify(entry);
        byte[] json = new byte[(int) entry.size()];
        archive.bytes(entry).get(json);
        return json;
    }

    private static Optional<String> version(ZipArchive archive, ZipEntry entry) {
        try (JsonParser parser = JSON.createParser(json(archive, entry, METADATA, LONGEST_METADATA))) {
            while (parser.nextToken() != null) {
                if ("keras_version".equals(parser.currentName()) && parser.nextToken() == JsonToken.VALUE_STRING) {
                    return Optional.of(parser.getText());
                }
            }
            return Optional.empty();
        } catch (IOException malformed) {
            throw new InvalidInputException(METADATA, "is not the JSON expected");
        }
    }
}
