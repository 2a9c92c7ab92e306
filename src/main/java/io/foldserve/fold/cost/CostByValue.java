package io.foldserve.fold.cost;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The predicted cost of every value that is computed for one, itself included, since the barrier before it. A value
 * that several others need is on it once. Immutable.
 *
 * @param items nanoseconds by value
 */
public record CostByValue(Map<String, Double> items) {
    /** Sorts and copies the items, so that they are always added up in the same order. */
    public CostByValue {
        items = Collections.unmodifiableMap(new TreeMap<>(items));
    }

    /** The costs of {@code value}, which takes {@code own} once the values it needs, {@code needed}, are computed. */
    public static CostByValue of(String value, double own, List<CostByValue> needed) {
        Map<String, Double> items = new TreeMap<>();
        needed.forEach(costs -> items.putAll(costs.items));
        items.put(value, own);
        return new CostByValue(items);
    }

    public double total() {
        return items.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
