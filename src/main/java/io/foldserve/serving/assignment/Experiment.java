package io.foldserve.serving.assignment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a model's requests are dealt to its variants, and what is learnt from it. Immutable.
 *
 * @param name the experiment's name, which answers carry
 * @param unit where a request says to which unit it belongs; empty to deal each request for itself
 * @param salt what the units are hashed with: another salt is another assignment and another count
 * @param shares of every variant, relative to their sum, which is more than 0
 * @param shadowSample the share of the answered requests that are also run on the other variants, 0 to 1
 * @param margin how much worse, in accuracy or mean IoU, still counts as equivalent
 */
public record Experiment(
        String name,
        Optional<UnitSource> unit,
        String salt,
        Map<String, Integer> shares,
        double shadowSample,
        double margin) {

    /** The margin where none is declared. */
    public static final double MARGIN = 0.01;

    /** The name of what is counted of a model that declares no experiment. */
    public static final String TRAFFIC = "traffic";

    /** Copies the shares in their order; refuses shares of nothing. */
    public Experiment {
        shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
        if (shares.values().stream().anyMatch(share -> share < 0)
                || shares.values().stream().allMatch(share -> share == 0)) {
            throw new IllegalArgumentException("shares must be at least 0 and sum to more than 0, found " + shares);
        }
    }

    /** What a model does that declares none: each request is dealt for itself, by the traffic shares. */
    public static Experiment traffic(Map<String, Integer> shares) {
        return new Experiment(TRAFFIC, Optional.empty(), "", shares, 0, MARGIN);
    }

    /** True if the model declares this one, or it was declared at run time. */
    public boolean isDeclared() {
        return !name.equals(TRAFFIC);
    }

    /** What tells this experiment's counts from others': name and salt. */
    public String key() {
        return salt.isEmpty() ? name : name + "/" + salt;
    }

    /** The variants, in the manifest's order. */
    public List<String> variants() {
        return List.copyOf(shares.keySet());
    }
}
