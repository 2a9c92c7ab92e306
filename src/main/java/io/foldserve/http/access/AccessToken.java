package io.foldserve.http.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * A secret that a caller has to show as {@code Authorization: Bearer …} (RFC 6750). Only its digest is kept, so that no
 * log, dump or message can have it. Immutable and thread-safe.
 */
final class AccessToken {
    private static final String SCHEME = "Bearer ";

    private final byte[] digest;

    AccessToken(String secret) {
        this.digest = digest(secret);
    }

    /**
     * Whether one of the values of the header Authorization is this token. The time taken says nothing about how much
     * of it was right, because digests are compared, whole.
     */
    boolean isIn(List<String> authorization) {
        if (authorization.size() != 1) {
            return false;
        }
        String value = authorization.get(0);
        return value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        digest, digest(value.substring(SCHEME.length()).strip()));
    }

    private static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
