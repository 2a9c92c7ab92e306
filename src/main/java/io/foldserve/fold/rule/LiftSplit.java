package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Reasons;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The term of a split of the channels: each part is a selection, see {@link SelectChannels}.
 *
 * <p>Declines a split of another axis.
 */
final class LiftSplit extends Lift {
    private final Map<String, Shape> shapes;

    LiftSplit(GraphFacts facts) {
        super(facts);
        this.shapes = facts.shapes().typical();
    }

    @Override
    public String sentence() {
        return "Each part of a split of the channels is a selection.";
    }

    @Override
    public String source() {
        return "linearity; the definition of ONNX's Split";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Split");
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        boolean ours = Math.floorMod(node.integer("axis", 0), shape.rank()) == 1
                && node.outputs().stream().allMatch(output -> shapes.get(output) != null);
        return ours ? Optional.empty() : Optional.of(Reasons.otherAxis(node, "divides"));
    }

    @Override
    List<Term> terms(Node node, Shape shape) {
        List<Term> parts = new ArrayList<>();
        int first = 0;
        for (String output : node.outputs()) {
            int count = Optional.ofNullable(shapes.get(output)).orElseThrow().extent(1);
            Channels part = Channels.range(shape.extent(1), first, count);
            parts.add(Term.identity(TermInput.of(operand(node)).picking(part), count, shape.rank() - 2));
            first += count;
        }
        return parts;
    }

    @Override
    Term term(Node node, Shape shape) {
        return terms(node, shape).get(0);
    }
}
