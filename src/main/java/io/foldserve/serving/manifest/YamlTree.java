package io.foldserve.serving.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.foldserve.declaration.Section;
import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A YAML file as a tree, within bounds that no honest manifest reaches: at most {@value #LARGEST_BYTES} bytes and
 * {@value #DEEPEST} levels, one document, no key twice, no anchors or aliases (which can make a small file a huge
 * tree).
 */
final class YamlTree {
    static final int LARGEST_BYTES = 1 << 20;
    static final int DEEPEST = 32;

    private static final YAMLFactory FACTORY = YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private static final ObjectMapper MAPPER =
            new ObjectMapper(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private YamlTree() {}

    /**
     * The mapping in {@code file} as plain Java: maps in the file's order, lists, strings, numbers, booleans and nulls.
     *
     * @throws InvalidInputException if the file cannot be read, is not a YAML mapping, or exceeds the bounds
     */
    static Map<String, @Nullable Object> read(Path file) {
        try {
            long size = Files.size(file);
            if (size > LARGEST_BYTES) {
                throw refuse(file, "expected at most %d bytes, found %d".formatted(LARGEST_BYTES, size));
            }
            byte[] bytes = Files.readAllBytes(file);
            refuseAliases(file, bytes);
            JsonNode root = MAPPER.readTree(bytes);
            if (!root.isObject()) {
                throw refuse(file, "expected a mapping, found " + Section.print(plain(root)));
            }
            return plainMap(root);
        } catch (JsonProcessingException e) {
            throw refuse(file, "not a YAML document that can be read: " + where(e));
        } catch (IOException e) {
            throw refuse(file, "cannot be read: " + FileFailure.reason(e));
        }
    }

    private static void refuseAliases(Path file, byte[] bytes) throws IOException {
        try (YAMLParser parser = FACTORY.createParser(bytes)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (parser.isCurrentAlias() || parser.getObjectId() != null) {
                    throw refuse(
                            file,
                            "line %d: anchors and aliases (&, *) are not read; write the value out"
                                    .formatted(parser.currentLocation().getLineNr()));
                }
            }
        }
    }

    private static String where(JsonProcessingException e) {
        int line = e.getLocation() == null ? -1 : e.getLocation().getLineNr();
        String reason = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
        return line < 0 ? reason : "line " + line + ": " + reason;
    }

    private static InvalidInputException refuse(Path file, String problem) {
        return new InvalidInputException(file.toString(), problem);
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isObject()) {
            return plainMap(node);
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            node.elements().forEachRemaining(element -> list.add(plain(element)));
            return list;
        }
        return node.isNull() ? null : scalar(node);
    }

    private static Object scalar(JsonNode node) {
        if (node.isNumber()) {
            return node.numberValue();
        }
        return node.isBoolean() ? (Object) node.booleanValue() : node.asText();
    }

    private static Map<String, @Nullable Object> plainMap(JsonNode node) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
        return map;
    }
}
