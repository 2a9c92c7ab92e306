package io.foldserve.fold.result;

import io.foldserve.problem.InvalidInputException;
import java.util.List;

/** A folded network differs from its training form by more than the composition of exact rules may. */
public final class InexactFoldException extends InvalidInputException {
    private static final long serialVersionUID = 1L;

    /** With one sentence for each layer at fault. */
    public InexactFoldException(String network, List<String> layers) {
        super("folding %s is not exact".formatted(network), layers);
    }
}
