package io.foldserve.serving.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.manifest.ExperimentReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An experiment as it is declared: in the keys of the manifest, and as JSON text of them. */
final class ExperimentText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ExperimentText() {}

    /** The keys and their values. */
    static Map<String, @Nullable Object> keys(Experiment experiment) {
        Map<String, @Nullable Object> keys = new LinkedHashMap<>();
        keys.put("name", experiment.name());
        experiment.unit().ifPresent(unit -> keys.put("unit", unit.toString()));
        if (!experiment.salt().isEmpty()) {
            keys.put("salt", experiment.salt());
        }
        keys.put("shares", experiment.shares());
        keys.put("shadow", Map.of("sample", experiment.shadowSample()));
        keys.put("margin", experiment.margin());
        return keys;
    }

    static String write(Experiment experiment) {
        try {
            return JSON.writeValueAsString(keys(experiment));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain maps can be written as JSON", e);
        }
    }

    /**
     * What {@link #write} wrote.
     *
     * @throws io.foldserve.problem.InvalidInputException if it is none for these variants
     */
    static Experiment read(String text, Map<String, Integer> traffic) {
        try {
            return ExperimentReader.read(JSON.readValue(text, new TypeReference<>() {}), traffic);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the store holds no JSON", e);
        }
    }
}
