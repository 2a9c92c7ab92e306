package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.graph.Graph;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.Tensor;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The training form runs in ONNX Runtime as it is, and answers as PyTorch's float64 run does but for float32 rounding.
 */
class ArchitecturesSessionTest {
    private static final SessionSettings UNOPTIMISED = new SessionSettings(1, false, false);
    private static final SessionSettings OPTIMISED = new SessionSettings(1, false, true);
    /** Relative to the largest logit; the deepest network has 152 layers of float32 sums. */
    private static final double TOLERANCE = 2e-5;

    static Stream<Arguments> cases() {
        return ArchitecturesGoldenTest.cases();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void runsInOnnxRuntimeOptimisedOrNot(String name, JsonNode golden) {
        Graph graph = ArchitecturesGoldenTest.build(golden);

        for (SessionSettings settings : new SessionSettings[] {UNOPTIMISED, OPTIMISED}) {
            try (ModelSession session = ModelSession.open(graph, settings)) {
                Map<String, Tensor> answer = session.run(Map.of("image", ArchitecturesGoldenTest.image(graph, golden)));

                assertClose(golden, Objects.requireNonNull(answer.get("logits")).toDoubles(), settings);
            }
        }
    }

    private static void assertClose(JsonNode golden, double[] logits, SessionSettings settings) {
        double allowed = TOLERANCE * golden.get("largest").asDouble();
        for (int i = 0; i < golden.get("positions").size(); i++) {
            int position = golden.get("positions").get(i).asInt();
            assertThat(logits[position])
                    .as("position %d with %s", position, settings)
                    .isCloseTo(golden.get("values").get(i).asDouble(), offset(allowed));
        }
    }
}
