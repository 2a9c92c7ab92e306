package io.foldserve.architecture;

import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.architecture.declare.OptionHints;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.problem.InvalidInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Every named architecture, those that {@code checkpoint} fits first, then those with the fewest problems. */
    public static List<ArchitectureFit> rank(Checkpoint checkpoint) {
        return Architectures.names().stream()
                .flatMap(name -> attempts(name, checkpoint))
                .sorted(Comparator.comparingInt(fit -> fit.problems().size()))
                .toList();
    }

    private static Stream<ArchitectureFit> attempts(String name, Checkpoint checkpoint) {
        ArchitectureFit usual = fit(name, Map.of(), checkpoint);
        if (usual.isExact() || !name.contains("mobilenet")) {
            return Stream.of(usual);
        }
        return Stream.concat(
                Stream.of(usual),
                MULTIPLIERS.stream().map(factor -> fit(name, Map.of("multiplier", factor), checkpoint)))
                .min(Comparator.comparingInt(fit -> fit.problems().size()))
                .stream();
    }

    // A remedy may bring the next problem to light: classes follow from channels that follow from the width.
    private static ArchitectureFit fit(String name, Map<String, Object> fixed, Checkpoint checkpoint) {
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
                return new ArchitectureFit(name, options, rank, List.of());
            } catch (InvalidInputException refusal) {
                problems = refusal.problems();
            }
            if (options.entrySet().containsAll(hints.agreed().entrySet())) {
                break;
            }
            options.putAll(hints.agreed());
        }
        return new ArchitectureFit(name, options, Optional.empty(), problems);
    }
}
