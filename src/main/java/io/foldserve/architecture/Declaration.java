package io.foldserve.architecture;

import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.convention.BranchedNetworks;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.architecture.network.LayerList;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A network as a manifest's {@code architecture} declares it, its options read and found valid: {@code {name: resnet50,
 * …}} with the options of that family, or {@code {layers: […], …}} (see {@link LayerList}). Every network takes {@code
 * channels}, those of its input, and {@code rename}, and every named one {@code bnEpsilon}.
 *
 * <p>Immutable and thread-safe; equal if the same is declared.
 */
public final class Declaration {
    private static final String LAYERS = LayerList.LAYERS.name();

    private final Map<String, @Nullable Object> declared;
    private final String name;
    private final Extent channels;
    private final OptionalDouble epsilon;
    private final Network network;
    private final Map<String, String> renames;

    private Declaration(
            Map<String, @Nullable Object> declared,
            String name,
            Extent channels,
            OptionalDouble epsilon,
            Network network,
            Map<String, String> renames) {
        this.declared = declared;
        this.name = name;
        this.channels = channels;
        this.epsilon = epsilon;
        this.network = network;
        this.renames = Map.copyOf(renames);
    }

    /**
     * The network that {@code declared} declares.
     *
     * @param declared maps, lists, strings, numbers and booleans
     * @throws InvalidInputException with everything that is wrong, each problem beginning with its option's path
     */
    public static Declaration of(Map<String, ?> declared) {
        Map<String, @Nullable Object> copy = copy(declared);
        Problems problems = new Problems("architecture");
        Optional<Declaration> read = copy.containsKey(LAYERS) ? layers(copy, problems) : named(copy, problems);
        problems.throwIfAny();
        return read.orElseThrow();
    }

    private static Optional<Declaration> layers(Map<String, @Nullable Object> declared, Problems problems) {
        Section section = new Section("", declared, ArchitectureKeys.ofLayers(), problems);
        Extent channels = Extent.read(section, NetworkKeys.CHANNELS);
        Network network = LayerList.read(section, problems);
        Map<String, String> renames = section.find(NetworkKeys.RENAME).orElse(Map.of());
        return Optional.of(new Declaration(declared, LAYERS, channels, OptionalDouble.empty(), network, renames));
    }

    private static Optional<Declaration> named(Map<String, @Nullable Object> declared, Problems problems) {
        Optional<ArchitectureNames.Meaning> meaning = Optional.ofNullable(declared.get(NetworkKeys.NAME.name()))
                .flatMap(NetworkKeys.NAME.type()::parse)
                .flatMap(ArchitectureNames::find);
        Optional<String> name = meaning.map(ArchitectureNames.Meaning::name);
        Optional<Family> family = name.map(Families.BY_NAME::get);
        Keys keys = family.map(ArchitectureKeys::of).orElseGet(ArchitectureKeys::ofAny);
        Section section = new Section("", multiplied(declared, meaning), keys, problems);
        section.find(NetworkKeys.NAME).filter(written -> name.isEmpty()).ifPresent(written -> refuse(section, written));
        meaning.ifPresent(read -> checkMultiplier(section, read));
        Extent channels = Extent.read(section, NetworkKeys.CHANNELS);
        Optional<Double> epsilon = section.find(NetworkKeys.BN_EPSILON);
        Map<String, String> renames = section.find(NetworkKeys.RENAME).orElse(Map.of());
        return family.map(read -> new Declaration(
                declared,
                name.orElseThrow(),
                channels,
                epsilon.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                read.read(section),
                renames));
    }

    /** The declared options, and the multiplier that is part of the name, unless one is declared. */
    private static Map<String, @Nullable Object> multiplied(
            Map<String, @Nullable Object> declared, Optional<ArchitectureNames.Meaning> meaning) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(declared);
        meaning.map(ArchitectureNames.Meaning::multiplier)
                .filter(OptionalDouble::isPresent)
                .ifPresent(multiplier -> all.putIfAbsent(NetworkKeys.MULTIPLIER.name(), multiplier.getAsDouble()));
        return all;
    }

    private static void checkMultiplier(Section section, ArchitectureNames.Meaning meaning) {
        if (meaning.multiplier().isPresent()) {
            double named = meaning.multiplier().getAsDouble();
            section.find(NetworkKeys.MULTIPLIER)
                    .filter(declared -> declared != named)
                    .ifPresent(
                            declared -> section.refuse(NetworkKeys.MULTIPLIER, "%s as in the name".formatted(named)));
        }
    }

    private static void refuse(Section section, String name) {
        section.problem(
                NetworkKeys.NAME.name(),
                BranchedNetworks.remedy(name)
                        .orElseGet(() ->
                                "no architecture is called \"%s\"; nearest are %s (any other network: a list of layers)"
                                        .formatted(name, String.join(", ", ArchitectureNames.nearest(name)))));
    }

    private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), copy(value)));
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object copy(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return copy(map);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(copy(element)));
            return Collections.unmodifiableList(copy);
        }
        return value;
    }

    /** The architecture's name, however it was written, or {@code layers} for a list of layers. */
    public String name() {
        return name;
    }

    /** The channels of the network's input. */
    Extent channels() {
        return channels;
    }

    /** The epsilon of all batch norms, if one is declared. */
    OptionalDouble epsilon() {
        return epsilon;
    }

    /** The network's names of modules by the stored ones, where the two differ. */
    Map<String, String> renames() {
        return renames;
    }

    /** True for a list of layers. */
    boolean isListed() {
        return name.equals(LAYERS);
    }

    /** What the network does to an image. */
    Network network() {
        return network;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Declaration declaration && declared.equals(declaration.declared);
    }

    @Override
    public int hashCode() {
        return declared.hashCode();
    }

    /** The network as it was declared. */
    @Override
    public String toString() {
        return declared.toString();
    }
}
