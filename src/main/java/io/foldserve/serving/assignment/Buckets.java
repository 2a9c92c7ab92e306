package io.foldserve.serving.assignment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * {@value #COUNT} buckets of units, each of which belongs to one variant. Immutable and thread-safe; the same on every
 * machine, since it follows from salt, names and shares alone.
 *
 * <p>A unit's bucket is {@code hash64(salt ‖ 0 ‖ unit) mod 10000}: the first 8 bytes of the SHA-256 of the salt's UTF-8
 * bytes, a zero byte and the unit's UTF-8 bytes, big-endian and without a sign. Every variant runs for every bucket, in
 * an exponential time of rate its share (the weighted rendezvous of D. G. Thaler, C. V. Ravishankar, IEEE/ACM
 * Transactions on Networking 1998, 6:1–14, as a race); the earliest of all arrivals is served first, until a variant
 * has its exact number of buckets. A variant whose share grows arrives earlier and nothing else changes its place, so
 * that hardly more buckets change hands than must.
 */
final class Buckets {
    /** How many there are. */
    static final int COUNT = 10_000;

    private static final double HASHES = 0x1p53;

    private final String[] owners;

    /** Deals the buckets by {@code shares}, which sum to more than 0. */
    Buckets(Map<String, Integer> shares) {
        this.owners = new String[COUNT];
        Map<String, Integer> quotas = Quotas.of(shares, COUNT);
        for (Arrival arrival : arrivals(shares)) {
            int left = quotas.getOrDefault(arrival.variant, 0);
            if (left > 0 && owners[arrival.bucket] == null) {
                owners[arrival.bucket] = arrival.variant;
                quotas.put(arrival.variant, left - 1);
            }
        }
    }

    private record Arrival(int bucket, String variant, double time) {}

    private static List<Arrival> arrivals(Map<String, Integer> shares) {
        List<Arrival> arrivals = new ArrayList<>();
        shares.forEach((variant, share) -> {
            for (int bucket = 0; bucket < COUNT && share > 0; bucket++) {
                double uniform = ((hash64(variant, String.valueOf(bucket)) >>> 11) + 0.5) / HASHES;
                arrivals.add(new Arrival(bucket, variant, -StrictMath.log(uniform) / share));
            }
        });
        arrivals.sort(Comparator.comparingDouble(Arrival::time));
        return arrivals;
    }

    /** The variant that answers the units of {@code bucket}. */
    String owner(int bucket) {
        return owners[bucket];
    }

    /** The bucket of {@code unit}. */
    static int of(String salt, String unit) {
        return (int) Long.remainderUnsigned(hash64(salt, unit), COUNT);
    }

    private static long hash64(String salt, String unit) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return ByteBuffer.wrap(digest.digest(unit.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
