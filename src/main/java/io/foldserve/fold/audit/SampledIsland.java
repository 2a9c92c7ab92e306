package io.foldserve.fold.audit;

import io.foldserve.fold.rule.Regroup;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.StoredNumbers;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TransposedKernel;
import io.foldserve.fold.term.Weights;
import io.foldserve.fold.write.IslandNames;
import io.foldserve.fold.write.IslandNumbers;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** Islands of a few output channels of a larger one, each term with a single group. Stateless. */
final class SampledIsland {
    private SampledIsland() {}

    /** The channels {@code outputs} of {@code island}, composed in float64. */
    static Island exact(Island island, int[] outputs) {
        return of(
                island,
                island.terms().stream().map(term -> sampled(term, outputs)).toList());
    }

    private static Island of(Island island, List<Term> terms) {
        return new Island(island.value(), island.form(), terms, island.rules(), island.principal(), island.cost());
    }

    /** The numbers that {@code folded} holds of the channels {@code outputs} of the island called {@code names}. */
    static IslandNumbers held(IslandNames names, Graph folded, int[] outputs) {
        Map<String, Term> terms = new HashMap<>();
        List<Term> all = names.island().terms();
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).identity() && !all.get(i).source().isConstant()) {
                terms.put(names.kernel(i), sampled(held(all.get(i), i, names, folded), outputs));
            }
        }
        return new FromFoldedGraph(
                terms,
                folded,
                all.get(0).outputs(),
                Arrays.stream(outputs).boxed().toList());
    }

    /**
     * @param terms the sampled terms by the names of their kernels; identities have none
     * @param folded the folded graph
     * @param channels of the whole island
     * @param outputs the sampled ones
     */
    private record FromFoldedGraph(Map<String, Term> terms, Graph folded, int channels, List<Integer> outputs)
            implements IslandNumbers {
        @Override
        public StoredNumbers of(Term term, String kernel, String bias) {
            return EXACT.of(Optional.ofNullable(terms.get(kernel)).orElse(term), kernel, bias);
        }

        // A border map [1, O, positions…], or one value for all channels.
        @Override
        public Tensor of(String name, Shape shape, double[] values) {
            Tensor all = folded.constant(name).orElseThrow();
            if (all.shape().rank() < 2 || all.shape().extent(1) != channels) {
                return all;
            }
            int run = all.shape().size() / channels;
            double[] some = outputs.stream()
                    .flatMapToDouble(o -> Arrays.stream(row(all, o, run)))
                    .toArray();
            return Tensor.ofDoubles(shape, some);
        }
    }

    private static Term held(Term term, int index, IslandNames names, Graph folded) {
        // A matrix product is written without groups.
        Term written = term.axes().isEmpty() ? Regroup.apply(term, 1) : term;
        StoredNumbers stored =
                new IslandNumbers.FromFoldedGraph(folded).of(written, names.kernel(index), names.bias(index));
        int run = written.groupInputs() * written.taps();
        Tensor kernel =
                written.source().isUpsampled() ? TransposedKernel.rows(written, stored.kernel()) : stored.kernel();
        IntFunction<Row> row = o -> new Row(row(kernel, o, run), row(stored.bias(), o, 1)[0]);
        return written.with(written.biased(), () -> new Weights(written.outputs(), row));
    }

    private static double[] row(Tensor stored, int o, int length) {
        return stored.toDoubles(o * length, (o + 1) * length);
    }

    private static Term sampled(Term term, int[] outputs) {
        Term dense = Regroup.apply(term, 1);
        Weights weights = dense.weights().get();
        Row[] rows = Arrays.stream(outputs).mapToObj(weights::row).toArray(Row[]::new);
        Weights sampled = new Weights(outputs.length, i -> rows[i]);
        return new Term(
                dense.source(), outputs.length, dense.inputs(), 1, dense.axes(), false, dense.biased(), () -> sampled);
    }
}
