package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the golden script says must come out of each of its files. */
final class Expectations {
    private Expectations() {}

    /** The expectations in {@code folder}, one for each file. */
    static Stream<JsonNode> in(String folder) {
        try {
            JsonNode all = new ObjectMapper().readTree(Fixtures.bytes(folder + "/expected.json"));
            return StreamSupport.stream(all.spliterator(), false);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    /** Asserts that {@code checkpoint} holds the tensors of {@code expected} and nothing else. */
    static void assertHolds(Checkpoint checkpoint, JsonNode expected) {
        List<String> names = new ArrayList<>();
        expected.get("tensors").fieldNames().forEachRemaining(names::add);
        if (expected.path("ordered").asBoolean()) {
            assertThat(checkpoint.tensors().keySet()).containsExactlyElementsOf(names);
        } else {
            assertThat(checkpoint.tensors().keySet()).containsExactlyInAnyOrderElementsOf(names);
        }
        names.forEach(name -> assertEqual(
                name,
                checkpoint.find(name).orElseThrow(),
                expected.get("tensors").get(name)));
    }

    private static void assertEqual(String name, Tensor found, JsonNode expected) {
        assertThat(found.dtype())
                .as(name)
                .isEqualTo(DType.valueOf(expected.get("dtype").textValue()));
        int[] shape = StreamSupport.stream(expected.get("shape").spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
        assertThat(found.shape().toArray()).as(name).containsExactly(shape);
        double[] values = StreamSupport.stream(expected.get("values").spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
        assertThat(found.toDoubles()).as(name).containsExactly(values);
    }
}
