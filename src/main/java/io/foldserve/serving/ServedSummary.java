package io.foldserve.serving;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.ReadinessPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The last line of a start: what is served, where, and what is not. Stateless. */
final class ServedSummary {
    private ServedSummary() {}

    /** The line about {@code catalogue}, whose models are reached at {@code address}. */
    static String of(Catalogue catalogue, String address) {
        String served = catalogue.models().stream()
                .filter(entry -> entry.served().isPresent())
                .map(ServedSummary::named)
                .collect(Collectors.joining(", "));
        List<String> parts = new ArrayList<>();
        parts.add(served.isEmpty() ? "serving nothing" : "serving %s at %s/v1/models".formatted(served, address));
        parts.addAll(ReadinessPolicy.remarks(catalogue));
        return String.join("; ", parts);
    }

    private static String named(CatalogueEntry entry) {
        return entry.name() + entry.variants().stream().collect(Collectors.joining(", ", " (", ")"));
    }
}
