package io.foldserve.checkpoint;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded damage to a file: flipped bits, cuts, overwritten runs, edited length fields, spliced pieces. */
final class Mutations {
    private static final long[] LENGTHS = {
        0,
        1,
        2,
        7,
        8,
        63,
        64,
        127,
        128,
        255,
        256,
        32767,
        65535,
        65536,
        Integer.MAX_VALUE,
        1L << 31,
        0xFFFF_FFFFL,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -2
    };

    private final SplittableRandom random;

    Mutations(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A damaged copy of {@code file}; pieces may come from {@code other}. Three in four hit inside the hot range. */
    byte[] damage(byte[] file, byte[] other, int hotStart, int hotEnd) {
        byte[] damaged = file;
        for (int i = random.nextInt(8) == 0 ? 4 : 1; i > 0; i--) {
            int at = random.nextInt(4) > 0
                    ? random.nextInt(hotStart, hotEnd)
                    : random.nextInt(Math.max(1, damaged.length));
            damaged = once(damaged, other, Math.min(at, Math.max(0, damaged.length - 1)));
        }
        return damaged;
    }

    private byte[] once(byte[] file, byte[] other, int at) {
        if (file.length == 0) {
            return file;
        }
        return switch (random.nextInt(7)) {
            case 0, 1 -> flip(file, at);
            case 2 -> random.nextInt(4) == 0 ? Arrays.copyOf(file, at) : overwrite(file, at, one());
            case 3 -> overwrite(file, at, run());
            case 4 -> overwrite(file, at, length());
            case 5 -> overwrite(file, at, piece(other));
            default -> splice(file, at, piece(other));
        };
    }

    private byte[] flip(byte[] file, int at) {
        byte[] damaged = file.clone();
        damaged[at] = (byte) (damaged[at] ^ 1 << random.nextInt(8));
        return damaged;
    }

    private byte[] one() {
        return new byte[] {(byte) random.nextInt(256)};
    }

    private byte[] run() {
        byte[] run = new byte[random.nextInt(1, 33)];
        Arrays.fill(run, (byte) (random.nextBoolean() ? 0 : random.nextInt(256)));
        return run;
    }

    private byte[] length() {
        long length = LENGTHS[random.nextInt(LENGTHS.length)];
        byte[] little = new byte[1 << random.nextInt(4)];
        for (int i = 0; i < little.length; i++) {
            little[i] = (byte) (length >> (8 * i));
        }
        return little;
    }

    private byte[] piece(byte[] from) {
        int start = random.nextInt(from.length);
        return Arrays.copyOfRange(from, start, Math.min(from.length, start + random.nextInt(1, 65)));
    }

    private static byte[] overwrite(byte[] file, int at, byte[] with) {
        byte[] damaged = file.clone();
        System.arraycopy(with, 0, damaged, at, Math.min(with.length, file.length - at));
        return damaged;
    }

    /** Puts a piece in, or takes as much out. */
    private byte[] splice(byte[] file, int at, byte[] piece) {
        int skipped = random.nextBoolean() ? 0 : Math.min(piece.length, file.length - at);
        int put = skipped == 0 ? piece.length : 0;
        byte[] damaged = new byte[file.length + put - skipped];
        System.arraycopy(file, 0, damaged, 0, at);
        System.arraycopy(piece, 0, damaged, at, put);
        System.arraycopy(file, at + skipped, damaged, at + put, file.length - at - skipped);
        return damaged;
    }
}
