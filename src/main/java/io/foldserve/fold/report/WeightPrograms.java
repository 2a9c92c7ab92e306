package io.foldserve.fold.report;

import io.foldserve.fold.facts.DoConvProgram;
import io.foldserve.fold.result.DoConvReport;
import io.foldserve.fold.result.DoConvReport.Diagonal;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** Says of the kernels of a training form what DO-Conv composes them of, and at what cost. Immutable. */
final class WeightPrograms {
    private final Graph training;

    WeightPrograms(Graph training) {
        this.training = training;
    }

    /**
     * The multiply-accumulates of composing {@code kernel} of {@code shape} once; 0 if nothing does. The training code
     * itself does so in every pass; a session that runs the training form may do it once.
     */
    long macs(String kernel, Shape shape) {
        return DoConvProgram.find(training, kernel)
                .map(program -> program.macs(training, shape))
                .orElse(0L);
    }

    /** The report of how {@code kernel} is composed, if it is. */
    Optional<DoConvReport> describe(String kernel) {
        return DoConvProgram.find(training, kernel).map(this::describe);
    }

    private DoConvReport describe(DoConvProgram program) {
        Shape w = stored(program.w()).shape();
        Diagonal diagonal =
                program.diagonal().map(name -> diagonal(stored(name))).orElse(Diagonal.NONE);
        List<Integer> d =
                program.d().map(name -> stored(name).shape().extents()).orElse(List.of());
        return new DoConvReport(w.extents(), d, w.extent(2), diagonal);
    }

    private static Diagonal diagonal(Tensor stored) {
        int taps = stored.shape().extent(1);
        int multiplier = stored.shape().extent(2);
        float[] values = stored.toFloats();
        for (int i = 0; i < values.length; i++) {
            int m = i / multiplier % taps;
            int s = i % multiplier;
            boolean one = s % taps == m && s < multiplier / taps * taps;
            if (values[i] != (one ? 1 : 0)) {
                return Diagonal.OTHER;
            }
        }
        return Diagonal.TILED_IDENTITY;
    }

    private Tensor stored(String name) {
        return training.constant(name).orElseThrow();
    }
}
