package io.foldserve.http;

/**
 * The body of every answer that is not a success.
 *
 * @param error what was wrong, where, what was expected and what was found
 */
public record ErrorBody(String error) {}
