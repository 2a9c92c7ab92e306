package io.foldserve.protocol.rest;

import io.foldserve.problem.Sentence;
import io.foldserve.task.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a coverage-guided fuzzer calls with requests of the inference protocol. Two bytes in front of a body are the
 * length of the JSON before its binary tail, big-endian; 0xFFFF for none.
 */
public final class RestBodyFuzz {
    private static final int NONE = 0xFFFF;

    private RestBodyFuzz() {}

    /** Reads {@code input}. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int length = (input[0] & 0xFF) << 8 | (input[1] & 0xFF);
        byte[] body = new byte[input.length - 2];
        System.arraycopy(input, 2, body, 0, body.length);
        try {
            RestBody.call(
                    RestBodyTest.MODEL, body, length == NONE ? Optional.empty() : Optional.of(String.valueOf(length)));
        } catch (InvalidRequestException refused) {
            Sentence.expect(input, refused);
        }
    }

    /** Requests to start from: with a binary tail, in JSON alone, and a bare tensor. */
    public static List<byte[]> seeds() {
        String json = "{\"inputs\":[{\"data\":[0.5,-1],\"name\":\"image\",\"shape\":[1,1,1,2],\"datatype\":\"FP32\"}]}";
        return List.of(
                prefixed(RestBodyTest.JSON.length(), RestBodyTest.body()),
                prefixed(NONE, json.getBytes(StandardCharsets.UTF_8)),
                prefixed(0, new byte[24]));
    }

    private static byte[] prefixed(int length, byte[] body) {
        byte[] input = new byte[body.length + 2];
        input[0] = (byte) (length >> 8);
        input[1] = (byte) length;
        System.arraycopy(body, 0, input, 2, body.length);
        return input;
    }
}
