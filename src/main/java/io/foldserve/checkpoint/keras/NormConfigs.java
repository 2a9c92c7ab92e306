package io.foldserve.checkpoint.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which batch norms of a network have no scale or no centre, as the network's JSON in a {@code .keras} archive says. Of
 * that JSON only the class's name, the layer's name and the two switches are looked at; nothing that it names is
 * loaded.
 */
final class NormConfigs {
    /** {@code gamma} or {@code beta} by the name of a layer that has only that one. */
    private final Map<String, String> present = new HashMap<>();

    private NormConfigs() {}

    /** What {@code network} says. */
    static NormConfigs of(JsonNode network) {
        NormConfigs configs = new NormConfigs();
        configs.collect(network);
        return configs;
    }

    // Two layers of one name in different parts of a network need not be alike.
    private void collect(JsonNode node) {
        JsonNode config = node.path("config");
        boolean scaled = config.path("scale").asBoolean(true);
        if (node.path("class_name").asText().equals("BatchNormalization")
                && scaled != config.path("center").asBoolean(true)) {
            String name = config.path("name").asText();
            String found = scaled ? "gamma" : "beta";
            present.merge(name, found, (one, other) -> one.equals(other) ? one : VariableNames.EITHER);
        }
        node.forEach(this::collect);
    }

    /** {@code tensors} with the names that variables have in these layers. */
    <T> Map<String, T> named(Map<String, T> tensors) {
        Map<String, T> named = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> named.put(name(name), tensor));
        return named;
    }

    private String name(String tensor) {
        String suffix = "/" + VariableNames.EITHER;
        if (!tensor.endsWith(suffix)) {
            return tensor;
        }
        String path = tensor.substring(0, tensor.length() - suffix.length());
        String layer = path.substring(path.lastIndexOf('/') + 1);
        return path + "/" + Optional.ofNullable(present.get(layer)).orElse(VariableNames.EITHER);
    }
}
