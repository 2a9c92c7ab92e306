package io.foldserve.serving.parity;

/** A parity measurement is under way; two at a time would measure each other. */
public final class ParityBusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ParityBusyException() {
        super("a parity measurement is under way; try again when it is done");
    }
}
