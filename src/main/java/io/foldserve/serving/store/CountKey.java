package io.foldserve.serving.store;

import java.util.Comparator;

/**
 * What is counted. Immutable; ordered, so that all writers lock rows in one order.
 *
 * @param model the model's name
 * @param experiment the experiment's key
 * @param name what of it
 */
public record CountKey(String model, String experiment, String name) implements Comparable<CountKey> {
    private static final Comparator<CountKey> ORDER = Comparator.comparing(CountKey::model)
            .thenComparing(CountKey::experiment)
            .thenComparing(CountKey::name);

    @Override
    public int compareTo(CountKey other) {
        return ORDER.compare(this, other);
    }
}
