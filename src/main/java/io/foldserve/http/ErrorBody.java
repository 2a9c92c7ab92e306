package io.foldserve.http;

import io.foldserve.problem.Problems;

/**
 * The body of every answer that is not a success.
 *
 * @param error what was wrong, where, what was expected and what was found; cut off where it quotes too much
 */
public record ErrorBody(String error) {
    /** Cuts off a sentence that quotes what a client made endless. */
    public ErrorBody {
        error = Problems.shortened(error);
    }
}
