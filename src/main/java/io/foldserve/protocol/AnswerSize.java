package io.foldserve.protocol;

import io.foldserve.task.InvalidRequestException;

/** What the outputs of a request hold, which is known before anything is run. */
public final class AnswerSize {
    /** Far above any one picture's output, far below what an array holds. */
    private static final long MOST = 64_000_000;

    private AnswerSize() {}

    /**
     * The bytes of {@code model}'s output for {@code pictures} pictures.
     *
     * @throws InvalidRequestException if they are too many to answer at once
     */
    public static long of(ModelDescription model, int pictures) {
        long bytes = (long) pictures * Integer.BYTES;
        for (long extent :
                model.output().shape().subList(1, model.output().shape().size())) {
            bytes *= extent;
        }
        if (pictures > 1 && bytes > MOST) {
            throw new InvalidRequestException(
                    "the output for %d pictures has %d bytes, expected at most %d; send fewer pictures at once"
                            .formatted(pictures, bytes, MOST));
        }
        return bytes;
    }
}
