package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Reasons;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The term of channels that are picked by a list of indices: a selection, see {@link SelectChannels}.
 *
 * <p>Declines another axis, and indices that are not a constant list.
 */
final class LiftGather extends Lift {
    private final ConstantValues constants;

    LiftGather(GraphFacts facts) {
        super(facts);
        this.constants = facts.constants();
    }

    @Override
    public String sentence() {
        return "Channels that are picked by a constant list are a selection.";
    }

    @Override
    public String source() {
        return "linearity; the definition of ONNX's Gather";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Gather");
    }

    @Override
    boolean isCandidate(Node node) {
        return !constants.contains(operand(node));
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        if (Math.floorMod(node.integer("axis", 0), shape.rank()) != 1) {
            return Optional.of(Reasons.otherAxis(node, "picks along"));
        }
        String indices = node.inputs().get(1);
        boolean list = constants.contains(indices)
                && constants.evaluate(indices).shape().rank() == 1
                && constants.evaluate(indices).shape().size() > 0;
        return list ? Optional.empty() : Optional.of(gatherIndices(node, indices));
    }

    @Override
    Term term(Node node, Shape shape) {
        int channels = shape.extent(1);
        Tensor indices = constants.evaluate(node.inputs().get(1));
        Channels picked = new Channels(
                channels,
                Arrays.stream(indices.toLongs())
                        .mapToObj(index -> Math.toIntExact(index < 0 ? index + channels : index))
                        .toList());
        return Term.identity(TermInput.of(operand(node)).picking(picked), picked.size(), shape.rank() - 2);
    }

    private static String gatherIndices(Node node, String indices) {
        return "%s picks channels by %s, expected a constant list; export the indices as an initializer."
                .formatted(at(node), indices);
    }
}
