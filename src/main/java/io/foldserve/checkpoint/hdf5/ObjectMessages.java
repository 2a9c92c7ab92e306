package io.foldserve.checkpoint.hdf5;

import io.foldserve.problem.Words;
import io.jhdf.checksum.ChecksumUtils;
import io.jhdf.object.message.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The messages of one object header, of either version (HDF5 file format specification, IV.A.1). Messages that say
 * nothing about an object's place, type and data are passed over undecoded.
 */
final class ObjectMessages {
    private static final int DATA_SPACE = 0x01;
    private static final int LINK_INFO = 0x02;
    private static final int DATA_TYPE = 0x03;
    private static final int LINK = 0x06;
    private static final int EXTERNAL_FILES = 0x07;
    private static final int DATA_LAYOUT = 0x08;
    private static final int ATTRIBUTE = 0x0C;
    private static final int CONTINUATION = 0x10;
    private static final int SYMBOL_TABLE = 0x11;
    private static final int ATTRIBUTE_INFO = 0x15;
    private static final Set<Integer> DECODED =
            Set.of(DATA_SPACE, LINK_INFO, DATA_TYPE, LINK, DATA_LAYOUT, ATTRIBUTE, SYMBOL_TABLE, ATTRIBUTE_INFO);

    private static final int SHARED = 1 << 1;
    private static final int CREATION_ORDER_TRACKED = 1 << 2;
    private static final int TIMES_STORED = 1 << 5;
    private static final int PHASES_STORED = 1 << 4;

    /** Types nest inside types, and decoding them recurses; a number or a text takes less than 40 bytes to describe. */
    private static final int LONGEST_TYPE = 1024;

    /** Everything that a decoded message takes beside its bytes. */
    private static final int MESSAGE_COST = 64;

    private final MeteredBytes bytes;
    private final List<Message> messages = new ArrayList<>();
    private final Deque<ByteBuffer> blocks = new ArrayDeque<>();
    private OptionalInt opaqueBytes = OptionalInt.empty();

    private ObjectMessages(MeteredBytes bytes) {
        this.bytes = bytes;
    }

    /**
     * The messages of the object whose header is at {@code address}.
     *
     * @throws NotReadException if the object is stored in a way that is not read
     * @throws RuntimeException of any kind if it is damaged
     */
    static ObjectMessages at(MeteredBytes bytes, long address) {
        ObjectMessages header = new ObjectMessages(bytes);
        if (bytes.read(address, 1).get() == 1) {
            header.readVersion1(address);
        } else {
            header.readVersion2(address);
        }
        return header;
    }

    /** All messages of one type, in the header's order. */
    <T extends Message> List<T> all(Class<T> type) {
        return messages.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The message of one type, if there is any. */
    <T extends Message> Optional<T> one(Class<T> type) {
        List<T> all = all(type);
        if (all.size() > 1) {
            throw new IllegalArgumentException(all.size() + " messages of type " + Words.of(type));
        }
        return all.stream().findFirst();
    }

    /** How many bytes an element has, if the object's elements are opaque; then there is no message for their type. */
    OptionalInt opaqueBytes() {
        return opaqueBytes;
    }

    private void readVersion1(long address) {
        ByteBuffer prefix = bytes.read(address, 16);
        int announced = prefix.getShort(2) & 0xFFFF;
        blocks.add(bytes.read(address + 16, prefix.getInt(8) & 0xFFFF_FFFFL));
        for (int read = 0; read < announced && !blocks.isEmpty(); ) {
            ByteBuffer block = blocks.element();
            if (block.remaining() < 8) {
                blocks.remove();
                continue;
            }
            int type = block.getShort(block.position()) & 0xFFFF;
            int length = 8 + (block.getShort(block.position() + 2) & 0xFFFF);
            int flags = block.get(block.position() + 4);
            ByteBuffer message = take(block, length);
            add(type, flags, message, 8, () -> Message.readObjectHeaderV1Message(message, bytes));
            read++;
        }
    }

    private void readVersion2(long address) {
        ByteBuffer prefix = bytes.read(address, 6);
        expectSignature(prefix, "OHDR");
        int flags = prefix.get(5);
        int sizeOfSize = 1 << (flags & 3);
        int fixed = 6 + ((flags & TIMES_STORED) != 0 ? 16 : 0) + ((flags & PHASES_STORED) != 0 ? 4 : 0);
        ByteBuffer size = bytes.read(address + fixed, sizeOfSize);
        long length = 0;
        for (int i = sizeOfSize - 1; i >= 0; i--) {
            length = length << 8 | (size.get(i) & 0xFF);
        }
        blocks.add(checked(address, fixed + sizeOfSize, length));
        while (!blocks.isEmpty()) {
            readBlock(blocks.remove(), (flags & CREATION_ORDER_TRACKED) != 0);
        }
    }

    private void readBlock(ByteBuffer block, boolean ordered) {
        int prefix = ordered ? 6 : 4;
        while (block.remaining() >= prefix) {
            int type = block.get(block.position()) & 0xFF;
            int length = prefix + (block.getShort(block.position() + 1) & 0xFFFF);
            int flags = block.get(block.position() + 3);
            ByteBuffer message = take(block, length);
            add(type, flags, message, prefix, () -> Message.readObjectHeaderV2Message(message, bytes, ordered));
            if (type == CONTINUATION) {
                ByteBuffer continued = blocks.removeLast();
                expectSignature(continued, "OCHK");
                ChecksumUtils.validateChecksum(continued.duplicate().order(ByteOrder.LITTLE_ENDIAN));
                blocks.add(continued.slice(4, continued.capacity() - 8).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
    }

    /** The {@code length} bytes after a header's prefix, whose checksum follows them and covers both. */
    private ByteBuffer checked(long address, int prefix, long length) {
        if (length < 0) {
            throw new IllegalArgumentException("a header of " + length + " bytes");
        }
        ByteBuffer whole = bytes.read(address, Math.addExact(prefix + 4L, length));
        ChecksumUtils.validateChecksum(whole.duplicate().order(ByteOrder.LITTLE_ENDIAN));
        return whole.slice(prefix, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private interface Decoder {
        Message decode();
    }

    private void add(int type, int flags, ByteBuffer message, int body, Decoder decoder) {
        if (type == EXTERNAL_FILES) {
            throw new NotReadException("keeps its data in another file, which is not followed");
        }
        if (type == CONTINUATION) {
            blocks.add(bytes.read(message.getLong(body), message.getLong(body + 8)));
        }
        if (!DECODED.contains(type)) {
            return;
        }
        if ((flags & SHARED) != 0) {
            throw new NotReadException("shares a header message with other objects, which is not read");
        }
        checkType(type, message, body);
        bytes.charge(MESSAGE_COST);
        if (type == DATA_TYPE && (message.get(body) & 0x0F) == Elements.OPAQUE) {
            opaqueBytes = OptionalInt.of(message.getInt(body + 4));
            return;
        }
        messages.add(decoder.decode());
    }

    private static void checkType(int type, ByteBuffer message, int body) {
        int length = type == DATA_TYPE ? message.capacity() - body : 0;
        if (type == ATTRIBUTE) {
            length = message.getShort(body + 4) & 0xFFFF;
            if (message.get(body) > 1 && message.get(body + 1) != 0) {
                throw new NotReadException("has an attribute whose type is described elsewhere, which is not read");
            }
        }
        if (length > LONGEST_TYPE) {
            throw new NotReadException(
                    "describes an element type in %d bytes, at most %d are read".formatted(length, LONGEST_TYPE));
        }
    }

    private static ByteBuffer take(ByteBuffer from, int length) {
        ByteBuffer taken = from.slice(from.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        from.position(from.position() + length);
        return taken;
    }

    private static void expectSignature(ByteBuffer block, String signature) {
        for (int i = 0; i < signature.length(); i++) {
            if (block.get(i) != signature.charAt(i)) {
                throw new IllegalArgumentException("no signature " + signature);
            }
        }
    }
}
