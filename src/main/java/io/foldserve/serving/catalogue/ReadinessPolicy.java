package io.foldserve.serving.catalogue;

import io.foldserve.problem.Problems;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which models must be served for the service to be ready. Immutable and thread-safe.
 *
 * <p>{@code served}: every model that can be loaded, and at least one; a broken one is named but does not take the
 * others out of rotation, and once the start is over neither does one that loads. {@code all}: every model that was
 * not unloaded on request. Or the names of models, separated by commas: those.
 */
public final class ReadinessPolicy {
    private static final String SERVED = "served";
    private static final String ALL = "all";

    private final String rule;

    private ReadinessPolicy(String rule) {
        this.rule = rule;
    }

    /** The policy written as {@code rule}. */
    public static ReadinessPolicy of(String rule) {
        return new ReadinessPolicy(rule.strip());
    }

    /** Why the service is not ready, a sentence per cause; empty when it is. */
    public List<String> reasons(Catalogue catalogue) {
        return Problems.told(allReasons(catalogue));
    }

    private List<String> allReasons(Catalogue catalogue) {
        Optional<Collection<CatalogueEntry>> listed = catalogue.listed();
        if (listed.isEmpty()) {
            return List.of("the models have not been listed yet");
        }
        Collection<CatalogueEntry> entries = listed.orElseThrow();
        if (!rule.equals(SERVED) && !rule.equals(ALL)) {
            return names().flatMap(name -> reason(catalogue, name).stream()).toList();
        }
        if (entries.isEmpty()) {
            return List.of("there are no models");
        }
        List<String> missing = rule.equals(ALL) ? unserved(entries) : starting(entries, catalogue.isSettled());
        boolean any = entries.stream().anyMatch(entry -> entry.served().isPresent());
        return missing.isEmpty() && !any ? remarks(catalogue) : missing;
    }

    /** What is amiss without keeping the service from being ready, a sentence per model. */
    public static List<String> remarks(Catalogue catalogue) {
        return Problems.told(catalogue.models().stream()
                .flatMap(entry -> entry.reason().stream())
                .toList());
    }

    private static List<String> starting(Collection<CatalogueEntry> entries, boolean started) {
        return entries.stream()
                .filter(entry -> !started && entry.state() instanceof ModelState.Loading)
                .flatMap(entry -> entry.reason().stream())
                .toList();
    }

    private static List<String> unserved(Collection<CatalogueEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.served().isEmpty() && !(entry.state() instanceof ModelState.Unloaded))
                .flatMap(entry -> entry.reason().stream())
                .toList();
    }

    private Stream<String> names() {
        return Arrays.stream(rule.split(",", -1)).map(String::strip);
    }

    private static Optional<String> reason(Catalogue catalogue, String name) {
        Optional<CatalogueEntry> entry = catalogue.find(name);
        if (entry.isEmpty()) {
            return Optional.of("there is no model " + name + ", which foldserve.readiness names");
        }
        return entry.filter(found -> found.served().isEmpty()).flatMap(CatalogueEntry::reason);
    }
}
