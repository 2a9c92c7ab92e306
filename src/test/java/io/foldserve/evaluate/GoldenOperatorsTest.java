package io.foldserve.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator against PyTorch's own float64 results, written by {@code src/test/golden/operators.py}. */
class GoldenOperatorsTest {
    private static final double TOLERANCE = 1e-12;

    static Stream<Named<JsonNode>> cases() throws IOException {
        try (InputStream file = GoldenOperatorsTest.class.getResourceAsStream("operators.json")) {
            JsonNode cases = new ObjectMapper().readTree(Objects.requireNonNull(file));
            return StreamSupport.stream(cases.spliterator(), false)
                    .map(golden -> Named.of(golden.get("name").asText(), golden));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void computesWhatPyTorchComputes(JsonNode golden) {
        List<Tensor> values = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (JsonNode input : golden.get("inputs")) {
            names.add(input.isNull() ? "" : "x" + names.size());
            if (!input.isNull()) {
                values.add(tensor(input));
            }
        }
        List<String> outputs = IntStream.range(0, golden.get("outputs").size())
                .mapToObj(i -> "y" + i)
                .toList();
        Node node = new Node("n", "", golden.get("op").asText(), names, outputs, attributes(golden.get("attributes")));
        List<Tensor> results = Evaluator.evaluate(node, values);
        for (int i = 0; i < outputs.size(); i++) {
            assertEqual(results.get(i), tensor(golden.get("outputs").get(i)));
        }
    }

    private static void assertEqual(Tensor actual, Tensor expected) {
        assertThat(actual).hasToString(expected.toString());
        double[] found = actual.toDoubles();
        double[] wanted = expected.toDoubles();
        double largest = 1e-300;
        for (double value : wanted) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < wanted.length; i++) {
            assertThat(Math.abs(found[i] - wanted[i]) / largest)
                    .as("element %d: expected %s, found %s", i, wanted[i], found[i])
                    .isLessThanOrEqualTo(TOLERANCE);
        }
    }

    private static Tensor tensor(JsonNode written) {
        Shape shape = new Shape(StreamSupport.stream(written.get("shape").spliterator(), false)
                .map(JsonNode::intValue)
                .toList());
        Stream<JsonNode> values = StreamSupport.stream(written.get("values").spliterator(), false);
        return written.get("integer").booleanValue()
                ? Tensor.ofLongs(shape, values.mapToLong(JsonNode::longValue).toArray())
                : Tensor.ofDoubles(
                        shape, values.mapToDouble(JsonNode::doubleValue).toArray());
    }

    private static Map<String, Attribute> attributes(JsonNode written) {
        Map<String, Attribute> attributes = new HashMap<>();
        written.properties().forEach(field -> attributes.put(field.getKey(), attribute(field.getValue())));
        return attributes;
    }

    private static Attribute attribute(JsonNode value) {
        if (value.isArray()) {
            return Attribute.ints(StreamSupport.stream(value.spliterator(), false)
                    .mapToLong(JsonNode::longValue)
                    .toArray());
        }
        if (value.isTextual()) {
            return Attribute.of(value.textValue());
        }
        return value.isIntegralNumber() ? Attribute.of(value.longValue()) : Attribute.of(value.doubleValue());
    }
}
