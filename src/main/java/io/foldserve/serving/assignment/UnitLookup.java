package io.foldserve.serving.assignment;

import java.util.Optional;

/** What a request says of itself, by the place where it says it. */
@FunctionalInterface
public interface UnitLookup {
    /** A request that says nothing of its unit. */
    UnitLookup NOTHING = source -> Optional.empty();

    /** The value that stands at {@code source}, if the request has one there that is not empty. */
    Optional<String> find(UnitSource source);
}
