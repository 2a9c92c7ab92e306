package io.foldserve.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.graph.Graph;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The training forms that {@link ArchitecturesGoldenTest} evaluates, for tests of what is done with them later. */
public final class GoldenNetworks {
    private GoldenNetworks() {}

    /** A network of every golden case, by its name; each is built when asked for, since all are large together. */
    public static Map<String, Supplier<Graph>> all() {
        Map<String, Supplier<Graph>> all = new TreeMap<>();
        ArchitecturesGoldenTest.goldens().forEach(golden -> put(all, golden));
        return all;
    }

    private static void put(Map<String, Supplier<Graph>> all, JsonNode golden) {
        String name = golden.get("name").asText();
        if (all.put(name, () -> ArchitecturesGoldenTest.build(golden)) != null) {
            throw new AssertionError("two golden networks are called " + name);
        }
    }
}
