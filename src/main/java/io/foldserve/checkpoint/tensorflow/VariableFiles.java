package io.foldserve.checkpoint.tensorflow;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The names in a checkpoint of TensorFlow 1's {@code Saver}, which are the variables' own. What an optimizer keeps for
 * a variable is filed below the variable's name, {@code conv/kernel/Momentum}.
 */
final class VariableFiles {
    private static final Set<String> STATE = Set.of("global_step", "beta1_power", "beta2_power");

    private VariableFiles() {}

    /** The names of the network's variables, each of which is its own. */
    static Map<String, String> names(Set<String> keys) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String key : keys) {
            if (!STATE.contains(key) && !isSlot(key, keys)) {
                names.put(key, key);
            }
        }
        return names;
    }

    private static boolean isSlot(String key, Set<String> keys) {
        int slash = key.lastIndexOf('/');
        return slash > 0 && keys.contains(key.substring(0, slash));
    }
}
