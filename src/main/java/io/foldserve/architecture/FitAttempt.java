package io.foldserve.architecture;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.GraphSketch;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.convention.StoredTensors;
import io.foldserve.architecture.convention.StoredWeights;
import io.foldserve.architecture.convention.TensorNames;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.architecture.declare.OptionHints;
import io.foldserve.problem.Problems;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A network that was built, or tried, with a checkpoint's tensors under certain names.
 *
 * @param names under which names the tensors are stored
 * @param assembly the network, if everything fits
 * @param problems what does not fit, a sentence each; none if everything does
 * @param missing those of the problems that are missing tensors, by name
 * @param misShaped those of the problems that are tensors of another shape, by name
 * @param leftOver those of the problems that are tensors without a place, by name
 * @param asked the names that the network asked for, in its order
 * @param hints options that would make more fit
 */
record FitAttempt(
        TensorNames names,
        Optional<Assembly> assembly,
        List<String> problems,
        Map<String, String> missing,
        Map<String, String> misShaped,
        Map<String, String> leftOver,
        List<String> asked,
        OptionHints hints) {

    /**
     * A network whose options are read, the names that were declared, and for what images and with what epsilon it is
     * built.
     */
    record Plan(
            String name, Network network, TensorNames names, ImageSize input, Extent channels, OptionalDouble epsilon) {
        /** Builds with the tensors of {@code stored}, which have the names {@code names}. */
        FitAttempt with(StoredTensors stored, TensorNames names) {
            return withNamed(names.in(stored), names);
        }

        /** Builds with the tensors of {@code named}, which have the network's own names by now. */
        FitAttempt withNamed(StoredTensors named, TensorNames names) {
            Problems problems = new Problems(named.source());
            OptionHints hints = new OptionHints();
            StoredWeights weights = new StoredWeights(named, problems, hints);
            GraphSketch sketch = new GraphSketch(name, input, weights, problems);
            NetworkBuilder net = new NetworkBuilder(sketch, weights, epsilon);
            Activation logits = network.build(net, sketch.image(channels));
            weights.refuseOthers();
            List<String> found = problems.found();
            Optional<Assembly> assembly = found.isEmpty() ? finish(sketch, logits, net, weights) : Optional.empty();
            return new FitAttempt(
                    names,
                    assembly,
                    found,
                    weights.missing(),
                    weights.misShaped(),
                    weights.leftOver(),
                    weights.asked(),
                    hints);
        }

        private static Optional<Assembly> finish(
                GraphSketch sketch, Activation logits, NetworkBuilder net, StoredWeights weights) {
            List<String> notes = Stream.concat(net.notes().stream(), weights.setAside().stream())
                    .toList();
            return Optional.of(new Assembly(sketch.finish(logits), notes));
        }
    }

    /** This attempt, whose network has one more note if it was built. */
    FitAttempt noting(String note) {
        Optional<Assembly> noted = assembly.map(built -> new Assembly(
                built.graph(),
                Stream.concat(built.notes().stream(), Stream.of(note)).toList()));
        return new FitAttempt(names, noted, problems, missing, misShaped, leftOver, asked, hints);
    }

    /**
     * True if everything has its place but tensors that are stored outside {@link #names}, whose names are {@code all}.
     */
    boolean fitsButForOthers(Set<String> all) {
        return !leftOver.isEmpty()
                && problems.size() == leftOver.size()
                && leftOver.keySet().stream().allMatch(key -> all.contains(key) && !names.cover(key));
    }

    /** The modules of the missing tensors, in the network's order. */
    Set<String> missingModules() {
        return modules(missing.keySet());
    }

    /** The modules of the tensors without a place, in the file's order. */
    Set<String> leftOverModules() {
        return modules(leftOver.keySet());
    }

    /** All modules that the network asked for. */
    Set<String> askedModules() {
        return modules(asked);
    }

    /** The module that makes the logits: the last that the network asked for. */
    Optional<String> head() {
        return asked.isEmpty() ? Optional.empty() : Optional.of(module(asked.get(asked.size() - 1)));
    }

    /** The module of the tensor {@code name}; empty for one at the top. */
    static String module(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }

    private static Set<String> modules(Iterable<String> names) {
        Set<String> modules = new LinkedHashSet<>();
        names.forEach(name -> modules.add(module(name)));
        return modules;
    }
}
