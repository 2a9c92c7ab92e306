package io.foldserve.fold;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The linear islands that {@code src/test/golden/islands.py} wrote, as graphs. */
final class IslandGoldens {
    /** A training form, an input, and PyTorch's float64 output. */
    record Golden(String name, Graph training, Tensor x, Tensor y) {}

    private IslandGoldens() {}

    /** All of them by name. */
    static Map<String, Golden> all() {
        try (InputStream json = IslandGoldens.class.getResourceAsStream("islands.json")) {
            Map<String, Golden> all = new LinkedHashMap<>();
            for (JsonNode island : new ObjectMapper().readTree(json)) {
                all.put(island.get("name").asText(), golden(island));
            }
            return all;
        } catch (IOException unreadable) {
            throw new IllegalStateException("islands.json cannot be read", unreadable);
        }
    }

    /** The one called {@code name}. */
    static Golden named(String name) {
        return Optional.ofNullable(all().get(name)).orElseThrow();
    }

    private static Golden golden(JsonNode island) {
        Tensor x = tensor(island.get("x"));
        GraphBuilder builder = new GraphBuilder(island.get("name").asText());
        builder.input(Value.of("image", DType.FLOAT32, x.shape()));
        island.get("tensors").properties().forEach(field -> builder.constant(field.getKey(), tensor(field.getValue())));
        String last = "image";
        for (JsonNode node : island.get("nodes")) {
            List<String> inputs = StreamSupport.stream(node.get("inputs").spliterator(), false)
                    .map(JsonNode::asText)
                    .toList();
            last = builder.add(
                    node.get("op").asText(), node.get("name").asText(), inputs, attributes(node.get("attributes")));
        }
        builder.output(new Value(last, DType.FLOAT32, List.of()));
        return new Golden(island.get("name").asText(), builder.build(), x, tensor(island.get("y")));
    }

    private static Map<String, Attribute> attributes(JsonNode encoded) {
        Map<String, Attribute> attributes = new HashMap<>();
        encoded.properties().forEach(field -> attributes.put(field.getKey(), attribute(field.getValue())));
        return attributes;
    }

    private static Attribute attribute(JsonNode value) {
        if (value.isArray()) {
            return Attribute.ints(StreamSupport.stream(value.spliterator(), false)
                    .map(JsonNode::asInt)
                    .toList());
        }
        if (value.isTextual()) {
            return Attribute.of(value.asText());
        }
        return value.isIntegralNumber() ? Attribute.of(value.asLong()) : Attribute.of(value.asDouble());
    }

    private static Tensor tensor(JsonNode encoded) {
        List<Integer> extents = StreamSupport.stream(encoded.get("shape").spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
        byte[] bytes = Base64.getDecoder().decode(encoded.get("bytes").asText());
        DType dtype =
                switch (encoded.get("dtype").asText()) {
                    case "float64" -> DType.FLOAT64;
                    case "int64" -> DType.INT64;
                    default -> DType.FLOAT32;
                };
        return Tensor.ofBytes(dtype, new Shape(extents), ByteBuffer.wrap(bytes));
    }
}
