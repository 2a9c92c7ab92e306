package io.foldserve.serving.request;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.assignment.UnitLookup;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.task.InvalidRequestException;
import java.util.Optional;

/**
 * The unit that a request with tensors says it belongs to.
 *
 * @param parameter what its body says
 * @param head what its head says, in the place that the experiment names
 */
public record SaidUnit(Optional<String> parameter, UnitLookup head) {
    /** An empty unit is none. */
    public SaidUnit {
        parameter = parameter.filter(unit -> !unit.isEmpty());
    }

    /**
     * Deals the request to one of {@code model}'s variants.
     *
     * @throws InvalidRequestException if the body says a unit that nothing comes of, or another than the head
     */
    Dealt deal(ServedModel model) {
        if (parameter.isPresent() && model.experiment().unit().isEmpty()) {
            throw new InvalidRequestException(
                    ("the parameter unit says '%s', but model %s deals each request for itself; leave it out, or"
                                    + " declare where requests say their unit (experiment: { unit: ... })")
                            .formatted(parameter.get(), model.name()));
        }
        return model.deal(source -> {
            Optional<String> inHead = head.find(source);
            if (parameter.isPresent() && inHead.isPresent() && !parameter.equals(inHead)) {
                throw new InvalidRequestException("the parameter unit says '%s', but %s says '%s'; expected one unit"
                        .formatted(parameter.get(), source, inHead.get()));
            }
            return parameter.or(() -> inHead);
        });
    }
}
