package io.foldserve.fold;

import io.foldserve.graph.Graph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The checked-in digests of what every network folds to, so that a change that must not change a byte can show it.
 *
 * <p>A line is the network's name, the digest of its folded file and that of its report, with tabs between them. A
 * change that is meant to change them renews the lines:
 *
 * <pre>{@code
 * mvn -B -q -Pbenchmark test-compile exec:exec@benchmark -Dbenchmark=io.foldserve.fold.FoldedBytesReference
 * }</pre>
 *
 * <p>With {@code -Dbenchmark="io.foldserve.fold.FoldedBytesReference DIRECTORY"} the lines stay, and the folded files
 * and reports themselves are written there, 0.8 GB in all; run before and after a change, {@code diff -r} of both
 * directories tells what changed.
 */
final class FoldedBytesReference {
    private static final Path FILE = Path.of("src/test/resources/io/foldserve/fold/folded-bytes.txt");

    private FoldedBytesReference() {}

    /** Renews the reference, or writes the files and reports to the directory that the only argument names. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            Files.write(FILE, lines(found()));
            return;
        }
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, Supplier<Graph>> network : FoldedBytesCases.all().entrySet()) {
            FoldedBytes bytes = FoldedBytes.of(network.getValue().get());
            String name = network.getKey().replaceAll("[^\\w.-]+", "_");
            Files.write(directory.resolve(name + ".onnx"), bytes.onnx());
            Files.write(directory.resolve(name + ".json"), bytes.report());
        }
    }

    private static List<String> lines(SortedMap<String, String> digests) {
        List<String> lines = new ArrayList<>();
        digests.forEach((name, both) -> lines.add(name + "\t" + both));
        return lines;
    }

    /** The digests of what every network folds to now, by its name. */
    static SortedMap<String, String> found() {
        SortedMap<String, String> found = new TreeMap<>();
        FoldedBytesCases.all()
                .forEach((name, network) ->
                        found.put(name, FoldedBytes.of(network.get()).digests()));
        return found;
    }

    /** The digests that are checked in, by the network's name. */
    static SortedMap<String, String> expected() {
        SortedMap<String, String> expected = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(FILE, StandardCharsets.UTF_8)) {
                String[] named = line.split("\t", 2);
                expected.put(named[0], named[1]);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return expected;
    }
}
