package io.foldserve.serving.comparison;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes what is counted of a part of a test set, and adds the parts up. */
public final class Shards {
    private Shards() {}

    /** The file of part {@code shard}, from 0, of {@code of}. */
    public static byte[] write(Tally tally, int shard, int of) {
        return Shard.write(tally, shard, of);
    }

    /**
     * What all of {@code files} counted together, as if one machine had: they must be all parts of one comparison.
     *
     * @throws InvalidInputException with every file that is no part of it, is there twice, or is missing
     */
    public static Tally merge(List<Path> files) {
        Problems problems = new Problems("--merge");
        Map<Integer, Path> seen = new TreeMap<>();
        Shard first = Shard.read(files.get(0));
        Tally sum = new Tally(first.subject());
        for (Path file : files) {
            Shard shard = Shard.read(file);
            if (!shard.subject().equals(first.subject()) || shard.of() != first.of()) {
                problems.add(
                        "%s is of another comparison than %s: expected %d parts of model %s with the same variants,"
                                        .formatted(
                                                file,
                                                files.get(0),
                                                first.of(),
                                                first.subject().model())
                                + " found part %d of %d of model %s"
                                        .formatted(
                                                shard.shard(),
                                                shard.of(),
                                                shard.subject().model()));
            } else if (seen.putIfAbsent(shard.shard(), file) != null) {
                problems.add("%s is part %d, and so is %s".formatted(file, shard.shard(), seen.get(shard.shard())));
            } else {
                sum.addAll(shard.tally());
            }
        }
        for (int part = 0; part < first.of(); part++) {
            if (!seen.containsKey(part)) {
                problems.add("part %d of %d is missing".formatted(part, first.of()));
            }
        }
        problems.throwIfAny();
        return sum;
    }
}
