package io.foldserve.serving.catalogue;

import java.util.Collection;

/** A client named a model or variant that does not exist; the message lists those that do. */
public final class UnknownNameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** No {@code kind} (model, variant) is called {@code name}; {@code known} are. */
    public UnknownNameException(String kind, String name, Collection<String> known) {
        super("there is no %s '%s', expected one of %s".formatted(kind, name, known));
    }
}
