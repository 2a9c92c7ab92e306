package io.foldserve.architecture.convention;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Under which names a checkpoint holds a network's tensors, where they are not the network's own. Immutable.
 *
 * @param prefix what stands before the network's names, with its dot; empty if nothing does
 * @param renames the network's path of a module by the stored one, which is given in full; they go before the prefix
 */
public record TensorNames(String prefix, Map<String, String> renames) {
    /** The network's own names. */
    public static final TensorNames OWN = new TensorNames("", Map.of());

    /** Keeps the order of {@code renames}. */
    public TensorNames {
        renames = Collections.unmodifiableMap(new LinkedHashMap<>(renames));
    }

    /** True if these are the network's own names. */
    public boolean areOwn() {
        return prefix.isEmpty() && renames.isEmpty();
    }

    /** These names, with the module {@code stored} standing for the network's {@code path}. */
    public TensorNames with(String stored, String path) {
        Map<String, String> more = new LinkedHashMap<>(renames);
        more.put(stored, path);
        return new TensorNames(prefix, more);
    }

    /** The network's name of the tensor that is stored as {@code name}; a name that is not covered stays as it is. */
    public String of(String name) {
        return renames.entrySet().stream()
                .filter(rename -> isWithin(name, rename.getKey()))
                .max(Comparator.comparingInt(rename -> rename.getKey().length()))
                .map(rename ->
                        rename.getValue() + name.substring(rename.getKey().length()))
                .orElseGet(() -> name.startsWith(prefix) ? name.substring(prefix.length()) : name);
    }

    /** Whether {@code name} is stored where these names look for the network's tensors. */
    public boolean cover(String name) {
        return name.startsWith(prefix) || renames.keySet().stream().anyMatch(stored -> isWithin(name, stored));
    }

    /**
     * {@code stored} under the network's names. Of two that become one the second stays over, for the network to
     * refuse.
     */
    public StoredTensors in(StoredTensors stored) {
        if (areOwn()) {
            return stored;
        }
        Map<String, StoredTensor> named = new LinkedHashMap<>();
        stored.byName().forEach((name, tensor) -> {
            String free = of(name);
            while (named.containsKey(free)) {
                free += "'";
            }
            named.put(free, tensor);
        });
        return new StoredTensors(stored.source(), stored.framework(), named);
    }

    private static boolean isWithin(String name, String module) {
        return name.startsWith(module) && (name.length() == module.length() || name.charAt(module.length()) == '.');
    }
}
