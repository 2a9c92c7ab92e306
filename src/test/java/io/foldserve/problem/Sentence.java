package io.foldserve.problem;

import java.nio.charset.StandardCharsets;

/** What a refusal has to say. */
public final class Sentence {
    private Sentence() {}

    /**
     * Fails unless {@code refused}, the refusal of {@code input}, says something to a person. A fuzzer learns the words
     * that are looked for, so those that stand in the input are its own.
     */
    public static void expect(byte[] input, Exception refused) {
        String message = String.valueOf(refused.getMessage());
        if (message.length() < 10 || (message.contains("Exception") && !isIn(input, "Exception"))) {
            throw new AssertionError("refused without a sentence for people", refused);
        }
    }

    // In whatever encoding: without the zeros between letters of two or four bytes.
    private static boolean isIn(byte[] input, String word) {
        return new String(input, StandardCharsets.ISO_8859_1).replace("\0", "").contains(word);
    }
}
