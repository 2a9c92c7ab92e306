package io.foldserve.protocol;

import java.util.OptionalInt;

/**
 * An output that a client asks for.
 *
 * @param name the output's name
 * @param binary whether it is answered behind the JSON; gRPC has no such choice
 * @param classes how many of the best classes are answered instead of all values; empty for the values
 */
public record RequestedOutput(String name, boolean binary, OptionalInt classes) {}
