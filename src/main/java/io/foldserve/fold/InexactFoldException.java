package io.foldserve.fold;

import java.util.List;

/** A folded network differs from its training form by more than the composition of exact rules may. */
public final class InexactFoldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> layers;

    InexactFoldException(String network, List<String> layers) {
        super("folding %s is not exact: %s".formatted(network, String.join("; ", layers)));
        this.layers = List.copyOf(layers);
    }

    /** One sentence for each layer at fault. */
    public List<String> layers() {
        return layers;
    }
}
