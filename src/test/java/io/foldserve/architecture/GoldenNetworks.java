package io.foldserve.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.graph.Graph;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The training forms that {@link ArchitecturesGoldenTest} evaluates, for tests of what is done with them later. */
public final class GoldenNetworks {
    private GoldenNetworks() {}

    /** A network of every golden case, by its name; each is built when asked for, since all are large together. */
    public static Map<String, Supplier<Graph>> all() {
        Map<String, Supplier<Graph>> all = new TreeMap<>();
        ArchitecturesGoldenTest.goldens().forEach(golden -> put(all, golden));
        return all;
    }

    /** The network of the case {@code name} in the family {@code family}, for images of another size. */
    public static Graph sized(String family, String name, int height, int width) {
        return DeclaredNetwork.golden(family, name).size(height, width).build();
    }

    /**
     * A golden network as its user has it.
     *
     * @param name the case
     * @param declared the network's declaration
     * @param size the images it takes
     * @param checkpoint its checkpoint
     */
    public record Trained(String name, Map<String, Object> declared, ImageSize size, Checkpoint checkpoint) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The golden networks that are lists of layers. */
    public static Stream<Trained> lists() {
        return ArchitecturesGoldenTest.goldens()
                .filter(golden -> golden.get("declared").has("layers"))
                .map(golden -> new Trained(
                        golden.get("name").asText(),
                        ArchitecturesGoldenTest.declared(golden),
                        new ImageSize(
                                golden.at("/image/size/0").asInt(),
                                golden.at("/image/size/1").asInt()),
                        FormulaCheckpoint.of(golden)));
    }

    private static void put(Map<String, Supplier<Graph>> all, JsonNode golden) {
        String name = golden.get("name").asText();
        if (all.put(name, () -> ArchitecturesGoldenTest.build(golden)) != null) {
            throw new AssertionError("two golden networks are called " + name);
        }
    }
}
