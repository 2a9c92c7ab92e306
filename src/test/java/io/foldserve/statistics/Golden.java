package io.foldserve.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.StreamSupport;

/** Figures that SciPy and statsmodels give; made by src/test/golden/statistics.py. */
final class Golden {
    private static final double RELATIVE = 1e-9;

    private Golden() {}

    /** The cases of one figure, at least one. */
    static List<JsonNode> cases(String figure) {
        try (InputStream in = Golden.class.getResourceAsStream("golden.json")) {
            List<JsonNode> cases = StreamSupport.stream(
                            new ObjectMapper().readTree(in).path(figure).spliterator(), false)
                    .toList();
            assertThat(cases).isNotEmpty();
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void assertSame(double found, JsonNode expected) {
        double value = expected.doubleValue();
        assertThat(found).isCloseTo(value, within(RELATIVE * Math.max(1e-3, Math.abs(value))));
    }

    static void assertSame(Interval found, JsonNode golden) {
        assertSame(found.low(), golden.path("interval").path(0));
        assertSame(found.high(), golden.path("interval").path(1));
    }

    static PairedTable table(JsonNode golden) {
        JsonNode counts = golden.path("table");
        return new PairedTable(
                counts.path(0).longValue(),
                counts.path(1).longValue(),
                counts.path(2).longValue(),
                counts.path(3).longValue());
    }
}
