package io.foldserve.problem;

import java.util.Locale;
import java.util.Objects;

/** What Java calls something, in words that mean something to people who do not know Java. */
public final class Words {
    private Words() {}

    /** The name of {@code type} as words: {@code BufferUnderflowException} as "buffer underflow". */
    public static String of(Class<?> type) {
        String name = Objects.requireNonNull(type.getSimpleName());
        return name.replaceAll("(?<=.)(Exception|Error)$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    /** What {@code failure} says, or what it is if it says nothing, or only which classes do not fit. */
    public static String of(Throwable failure) {
        String message = failure.getMessage();
        return message == null || failure instanceof ClassCastException ? of(failure.getClass()) : message;
    }
}
