package io.foldserve.checkpoint.hdf5;

import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Words;
import java.util.function.Supplier;

/**
 * Makes one refusal of whatever a decoder throws at damaged bytes: jHDF has its own exceptions, and lets through those
 * of buffers, arrays and arithmetic.
 */
final class Damage {
    private Damage() {}

    /**
     * What {@code decoder} returns.
     *
     * @param path of what is decoded, in the file
     * @throws InvalidInputException about {@code path} if the decoder throws anything, unless it is one already
     */
    static <T> T caught(String path, Supplier<T> decoder) {
        try {
            return decoder.get();
        } catch (InvalidInputException refused) {
            throw refused;
        } catch (NotReadException refused) {
            throw new InvalidInputException(Quoted.of(path), refused.problem());
        } catch (RuntimeException damaged) {
            InvalidInputException refused =
                    new InvalidInputException(Quoted.of(path), "is damaged: " + Quoted.of(reason(damaged)));
            refused.initCause(damaged);
            throw refused;
        }
    }

    private static String reason(RuntimeException damaged) {
        Throwable first = damaged;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return Words.of(first);
    }
}
