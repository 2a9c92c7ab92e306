package io.foldserve.checkpoint.tensorflow;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of LevelDB's tables and of TensorFlow's checkpoints: a CRC-32C, rotated right by 15 bits and shifted by
 * a constant, so that a checksum over data that holds checksums is no trivial one (LevelDB, {@code util/crc32c.h}).
 */
final class MaskedCrc {
    private static final int SHIFT = 0xa282ead8;

    private MaskedCrc() {}

    /** The checksum of everything that is left in {@code bytes}, whose position stays. */
    static int of(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return mask(crc);
    }

    /** The checksum of what {@code crc} has seen. */
    static int mask(CRC32C crc) {
        return Integer.rotateRight((int) crc.getValue(), 15) + SHIFT;
    }
}
