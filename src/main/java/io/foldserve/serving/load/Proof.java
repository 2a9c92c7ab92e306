package io.foldserve.serving.load;

import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.serving.catalogue.ProofResult;
import io.foldserve.serving.probe.Differences;
import io.foldserve.serving.probe.Outputs;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.task.Head;
import io.foldserve.task.TaskKind;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Runs a network's forms on the same probe images and compares what they compute. Immutable and thread-safe.
 *
 * <p>Two steps are judged apart: folding (training form against folded form, neither touched by the runtime's
 * optimiser), and serving (the optimised network behind its 8-bit front against the folded form). The reference
 * sessions are opened one at a time and released at once, before the served one is opened, so that only one session
 * lives at a time.
 */
public final class Proof {
    private final double tolerance;
    private final int intraOpThreads;

    /**
     * Allows differences up to {@code tolerance} relative to the largest logit; runs on {@code intraOpThreads} threads.
     */
    Proof(double tolerance, int intraOpThreads) {
        this.tolerance = tolerance;
        this.intraOpThreads = intraOpThreads;
    }

    /** The largest difference that is allowed. */
    public double tolerance() {
        return tolerance;
    }

    /**
     * What both reference forms compute, per probe, without the runtime's optimisations.
     *
     * @param trained the training form's logits
     * @param folded the folded form's logits
     */
    public record Reference(List<float[]> trained, List<float[]> folded) {}

    /**
     * Runs the training form and beside it the folded form of {@code variant} on {@code probes}: neither needs more
     * than one core, and the start of a service waits for both.
     *
     * @throws InvalidInputException if an output is not finite, with the layer that overflows
     */
    Reference reference(FoldedVariant variant, ProbeImages probes) {
        CompletableFuture<List<float[]>> folded =
                CompletableFuture.supplyAsync(() -> logits(variant.folded().graph(), probes));
        try {
            List<float[]> trained = logits(variant.training(), probes);
            return new Reference(trained, joined(folded));
        } finally {
            // Nothing of a variant that is refused is still running when the next is loaded.
            folded.exceptionally(failed -> List.of()).join();
        }
    }

    /** How far the folded form is from the training form, relative to the largest output. */
    public static double foldError(Reference reference) {
        return Differences.largest(reference.trained(), reference.folded())
                / Differences.magnitude(reference.trained());
    }

    /**
     * Compares the reference forms with each other, and the {@code served} session with the folded one.
     *
     * @param head what the network's output means
     * @throws InvalidInputException with the numbers, if either difference is beyond the tolerance or not a number
     */
    public ProofResult prove(Reference reference, ModelSession served, TaskKind kind, Head head, ProbeImages probes) {
        ServedDifference difference = new ServedDifference(kind, head);
        double largest = 0;
        for (int probe = 0; probe < probes.count(); probe++) {
            Map<String, Tensor> outputs = served.run(probes.pixels(probe));
            Overflow.expectNone("the served network", outputs);
            largest = Math.max(largest, difference.of(reference.folded().get(probe), outputs));
        }
        ProofResult result = head == Head.MASK
                ? new ProofResult(probes.count(), ServedDifference.pixels(reference), largest, ServedDifference.PIXELS)
                : new ProofResult(
                        probes.count(),
                        foldError(reference),
                        largest / Differences.magnitude(reference.trained()),
                        tolerance);
        expectWithinTolerance(result);
        return result;
    }

    private static List<float[]> joined(CompletableFuture<List<float[]>> computed) {
        try {
            return computed.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    private List<float[]> logits(Graph graph, ProbeImages probes) {
        SessionSettings unoptimised = new SessionSettings(intraOpThreads, false, false);
        String input = graph.inputs().get(0).name();
        String output = graph.outputs().get(0).name();
        List<float[]> logits = new ArrayList<>();
        try (ModelSession session = ModelSession.open(graph, unoptimised)) {
            for (int probe = 0; probe < probes.count(); probe++) {
                Map<String, Tensor> outputs = session.run(Map.of(input, probes.normalised(probe)));
                logits.add(Outputs.expect(outputs, output).toFloats());
                Overflow.expectNone(graph, Map.of(input, probes.normalised(probe)), outputs, unoptimised);
            }
        }
        return logits;
    }

    /** Written so that a difference that is not a number is refused too. */
    private void expectWithinTolerance(ProofResult result) {
        Problems problems = new Problems("proof");
        if (!(result.foldError() <= result.tolerance())) {
            problems.add(("the folded form differs from the training form by %.3g of the largest logit on %d probes,"
                            + " allowed are %.3g")
                    .formatted(result.foldError(), result.probes(), result.tolerance()));
        }
        if (!(result.servedError() <= result.tolerance())) {
            problems.add(("the served network differs from the folded form by %.3g of the largest logit on %d probes,"
                            + " allowed are %.3g")
                    .formatted(result.servedError(), result.probes(), result.tolerance()));
        }
        problems.throwIfAny();
    }
}
