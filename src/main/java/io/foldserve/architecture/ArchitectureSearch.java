package io.foldserve.architecture;

import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.architecture.declare.OptionHints;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.graph.Node;
import io.foldserve.problem.InvalidInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the named architectures that a checkpoint was made by, from its tensors' names and shapes. Stateless and
 * thread-safe.
 *
 * <p>Strides, dilations and paddings are in no checkpoint, so that networks which differ in them only all fit.
 */
public final class ArchitectureSearch {
    /** Any size that every network takes: sizes are in no checkpoint either. */
    private static final ImageSize SIZE = new ImageSize(224, 224);

    private static final List<Double> MULTIPLIERS = List.of(0.25, 0.35, 0.5, 0.75, 1.3, 1.4);
    private static final int ROUNDS = 3;

    private ArchitectureSearch() {}

    /**
     * An architecture tried.
     *
     * @param fit how the checkpoint fits it
     * @param nodes those of the network, if it fits; constants are called after the checkpoint's tensors, so that
     *     networks of one checkpoint with the same nodes are the same
     */
    private record Attempt(ArchitectureFit fit, List<Node> nodes) {
        private boolean isSame(Attempt other) {
            return fit.isExact()
                    && other.fit.isExact()
                    && fit.options().equals(other.fit.options())
                    && nodes.equals(other.nodes);
        }

        private Attempt named(String other) {
            List<String> names = new ArrayList<>(fit.alsoNamed());
            names.add(other);
            return new Attempt(
                    new ArchitectureFit(fit.name(), names, fit.options(), fit.logitsRank(), fit.problems()), nodes);
        }
    }

    /**
     * The named architectures, those that {@code checkpoint} fits first, then those with the fewest problems. Names
     * that build the same network of it stand together.
     */
    public static List<ArchitectureFit> rank(Checkpoint checkpoint) {
        List<Attempt> attempts = new ArrayList<>();
        for (String name : Architectures.names()) {
            Attempt attempt = best(name, checkpoint);
            OptionalInt same = IntStream.range(0, attempts.size())
                    .filter(i -> attempts.get(i).isSame(attempt))
                    .findFirst();
            if (same.isPresent()) {
                attempts.set(same.getAsInt(), attempts.get(same.getAsInt()).named(name));
            } else {
                attempts.add(attempt);
            }
        }
        return attempts.stream()
                .map(Attempt::fit)
                .sorted(Comparator.comparingInt(fit -> fit.problems().size()))
                .toList();
    }

    private static Attempt best(String name, Checkpoint checkpoint) {
        Attempt usual = attempt(name, Map.of(), checkpoint);
        if (usual.fit().isExact() || !name.contains("mobilenet")) {
            return usual;
        }
        return Stream.concat(
                        Stream.of(usual),
                        MULTIPLIERS.stream().map(factor -> attempt(name, Map.of("multiplier", factor), checkpoint)))
                .min(Comparator.comparingInt(attempt -> attempt.fit().problems().size()))
                .orElse(usual);
    }

    // A remedy may bring the next problem to light: classes follow from channels that follow from the width.
    private static Attempt attempt(String name, Map<String, Object> fixed, Checkpoint checkpoint) {
        Map<String, Object> options = new HashMap<>(fixed);
        List<String> problems = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, Object> declared = new HashMap<>(options);
            declared.put("name", name);
            OptionHints hints = new OptionHints();
            try {
                Assembly assembly = Architectures.assemble(Declaration.of(declared), SIZE, checkpoint, hints);
                Optional<Integer> rank =
                        assembly.graph().outputs().get(0).shape().map(shape -> shape.rank());
                ArchitectureFit fit = new ArchitectureFit(name, List.of(), options, rank, List.of());
                return new Attempt(fit, assembly.graph().nodes());
            } catch (InvalidInputException refusal) {
                problems = refusal.problems();
            }
            if (options.entrySet().containsAll(hints.agreed().entrySet())) {
                break;
            }
            options.putAll(hints.agreed());
        }
        return new Attempt(new ArchitectureFit(name, List.of(), options, Optional.empty(), problems), List.of());
    }
}
