package io.foldserve.checkpoint;

import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.problem.Problems;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes out of tensor names what wrapping a network for training put into them.
 *
 * <p>{@code module.} (DataParallel, DistributedDataParallel, averaged models) goes from the front; from wherever a path
 * has them {@code _orig_mod.} (torch.compile), {@code _fsdp_wrapped_module.} and {@code _fpw_module.} (FSDP),
 * {@code _checkpoint_wrapped_module.} (activation checkpointing) and {@code _forward_module.} (Fabric), as often as
 * they occur, since wrappers nest in any order.
 */
final class WrapperNames {
    private static final String PARALLEL = "module.";
    private static final List<String> ANYWHERE = List.of(
            "_orig_mod.", "_fsdp_wrapped_module.", "_fpw_module.", "_checkpoint_wrapped_module.", "_forward_module.");

    private WrapperNames() {}

    /** {@code named} under names without wrappers, in its order; two names that become one are a problem. */
    static <T> Map<String, T> strip(Map<String, T> named, Problems problems) {
        Map<String, String> origins = new LinkedHashMap<>();
        Map<String, T> stripped = new LinkedHashMap<>();
        named.forEach((name, value) -> {
            String bare = strip(name);
            String other = origins.putIfAbsent(bare, name);
            if (problems.isFull()) {
                return;
            }
            if (bare.isEmpty()) {
                problems.add(
                        "%s names nothing but a wrapper".formatted(name.isEmpty() ? "an empty name" : Quoted.of(name)));
            } else if (other != null) {
                problems.add("%s and %s are both %s without their wrapper prefixes"
                        .formatted(Quoted.of(other), Quoted.of(name), Quoted.of(bare)));
            }
            stripped.put(bare, value);
        });
        return Collections.unmodifiableMap(stripped);
    }

    /** The name without wrappers. */
    static String strip(String name) {
        StringBuilder bare = new StringBuilder(name.length());
        int at = 0;
        while (at < name.length()) {
            int start = at;
            Optional<String> wrapper = ANYWHERE.stream()
                    .filter(part -> name.startsWith(part, start))
                    .findFirst();
            if (wrapper.isPresent()) {
                at += wrapper.get().length();
            } else if (bare.isEmpty() && name.startsWith(PARALLEL, at)) {
                at += PARALLEL.length();
            } else {
                int dot = name.indexOf('.', at);
                int next = dot < 0 ? name.length() : dot + 1;
                bare.append(name, at, next);
                at = next;
            }
        }
        return bare.toString();
    }
}
