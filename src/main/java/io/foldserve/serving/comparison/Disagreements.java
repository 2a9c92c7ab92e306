package io.foldserve.serving.comparison;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The first disagreements of each variant in their fixed order, with thumbnails if there are any. Not thread-safe. */
final class Disagreements {
    private final int most;
    private final Map<Integer, TreeSet<Disagreement>> first = new TreeMap<>();
    private final Map<Disagreement, List<String>> thumbnails = new HashMap<>();

    /** None yet; at most {@code most} of each variant will be kept. */
    Disagreements(int most) {
        this.most = most;
    }

    /** Keeps {@code found} if it is among the first; only then are its thumbnails made. */
    void add(Disagreement found, Supplier<List<String>> pictures) {
        TreeSet<Disagreement> kept =
                first.computeIfAbsent(found.variant(), variant -> new TreeSet<>(Disagreement.ORDER));
        if (kept.size() == most && Disagreement.ORDER.compare(found, kept.last()) >= 0) {
            return;
        }
        kept.add(found);
        thumbnails.put(found, pictures.get());
        if (kept.size() > most) {
            thumbnails.remove(kept.pollLast());
        }
    }

    /** Those of one variant. */
    List<Disagreement> of(int variant) {
        return List.copyOf(first.getOrDefault(variant, new TreeSet<>(Disagreement.ORDER)));
    }

    /** Those of all variants. */
    List<Disagreement> all() {
        List<Disagreement> all = new ArrayList<>();
        first.values().forEach(all::addAll);
        return all;
    }

    /** The pictures of each, as data URIs. */
    Map<Disagreement, List<String>> thumbnails() {
        return Map.copyOf(thumbnails);
    }
}
