package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every network folds to the bytes of {@link FoldedBytesReference}, which says how to renew them. */
class FoldedBytesTest {
    private static final String ABSENT = "absent\tabsent";

    @Test
    void everyFoldedFileAndReportHasTheBytesOfTheReference() {
        assertThat(differences(FoldedBytesReference.expected(), FoldedBytesReference.found()))
                .isEmpty();
    }

    private static List<String> differences(SortedMap<String, String> expected, SortedMap<String, String> found) {
        SortedSet<String> names = new TreeSet<>(expected.keySet());
        names.addAll(found.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String[] wanted = expected.getOrDefault(name, ABSENT).split("\t", -1);
            String[] have = found.getOrDefault(name, ABSENT).split("\t", -1);
            compare(name + ": folded file", wanted[0], have[0], differences);
            compare(name + ": fold report", wanted[1], have[1], differences);
        }
        return differences;
    }

    private static void compare(String what, String expected, String found, List<String> differences) {
        if (!expected.equals(found)) {
            differences.add("%s expected %s, found %s".formatted(what, expected, found));
        }
    }
}
