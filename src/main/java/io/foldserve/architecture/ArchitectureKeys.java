package io.foldserve.architecture;

import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.LayerKind;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.architecture.network.LayerList;
import io.foldserve.declaration.JsonSchema;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.ValueType;
import io.foldserve.declaration.ValueTypes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of every architecture and of every kind of layer, as their readers, the schema and the tables have them.
 */
public final class ArchitectureKeys {
    private static final Keys COMMON =
            Keys.of(NetworkKeys.NAME, NetworkKeys.CHANNELS, NetworkKeys.BN_EPSILON, NetworkKeys.RENAME);

    private ArchitectureKeys() {}

    /** The options of a list of layers. */
    public static Keys ofLayers() {
        return LayerList.KEYS.and(Keys.of(NetworkKeys.CHANNELS, NetworkKeys.RENAME));
    }

    /** The options of every named architecture. */
    public static Keys common() {
        return COMMON;
    }

    /** The options of the named architectures, the common ones first, by the names of those that have the same. */
    public static Map<List<String>, Keys> byNames() {
        Map<Keys, List<String>> names = new LinkedHashMap<>();
        Families.BY_NAME.forEach((name, family) ->
                names.computeIfAbsent(family.keys(), keys -> new ArrayList<>()).add(name));
        Map<List<String>, Keys> byNames = new LinkedHashMap<>();
        names.forEach((keys, same) -> byNames.put(List.copyOf(same), COMMON.and(keys)));
        return Collections.unmodifiableMap(byNames);
    }

    /** The options of each kind of layer, by the kind's name. */
    public static Map<String, Keys> byLayerKind() {
        Map<String, Keys> keys = new LinkedHashMap<>();
        LayerKind.KINDS.forEach((name, kind) -> keys.put(name, kind.keys()));
        return Collections.unmodifiableMap(keys);
    }

    /** The options of {@code family}. */
    static Keys of(Family family) {
        return COMMON.and(family.keys());
    }

    /** The options that any named architecture has. */
    static Keys ofAny() {
        Map<String, Key<?>> any = new LinkedHashMap<>();
        byNames().values().forEach(keys -> keys.all().forEach(key -> any.putIfAbsent(key.name(), key)));
        return new Keys(List.copyOf(any.values()));
    }

    /** The type of a manifest's {@code architecture}: maps, of which {@link Declaration#of} makes a declaration. */
    public static ValueType<Map<?, ?>> type() {
        List<Map<String, Object>> schemas = new ArrayList<>();
        byNames().forEach((names, keys) -> schemas.add(named(names, keys)));
        schemas.add(ofLayers().schema());
        return ValueTypes.of(
                "a mapping such as { name: resnet50, classes: 1000 }",
                declared -> declared instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty(),
                JsonSchema.of("anyOf", schemas));
    }

    private static Map<String, Object> named(List<String> names, Keys keys) {
        Map<String, Object> schema = new LinkedHashMap<>(keys.schema());
        Map<String, Object> properties = new LinkedHashMap<>(keys.properties());
        properties.put(
                NetworkKeys.NAME.name(),
                JsonSchema.of(
                        "description",
                        NetworkKeys.NAME.meaning(),
                        "anyOf",
                        List.of(
                                JsonSchema.of("enum", names),
                                JsonSchema.of("type", "string", "pattern", ArchitectureNames.pattern(names)))));
        schema.put("properties", properties);
        return schema;
    }
}
