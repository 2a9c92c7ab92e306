package io.foldserve.task;

/** A network's answer to one picture is not a number or infinite: its float32 arithmetic overflowed on the way. */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFiniteException(String output, String label, float value) {
        super(("the network overflows on this picture: the %s of class '%s' is %s; float32 ends at 3.4e38, "
                        + "and the model's weights are too large for this picture")
                .formatted(output, label, value));
    }
}
