package io.foldserve.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode, so that a test can write what no Python would. */
final class PickleBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A pickle of protocol 2, started. */
    static PickleBytes start() {
        return new PickleBytes().op(0x80, 2);
    }

    /** A state dict with one FLOAT32 tensor {@code w}; sizes and strides as given. */
    static byte[] tensor(long offset, long[] sizes, long[] strides) {
        return start().op('}')
                .text("w")
                .rebuild("FloatStorage", "0", 4, offset, sizes, strides)
                .op('s', '.')
                .bytes();
    }

    PickleBytes op(int... opcodes) {
        for (int opcode : opcodes) {
            out.write(opcode);
        }
        return this;
    }

    PickleBytes text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op('X').little(utf8.length, 4).raw(utf8);
    }

    /** As Python 2 wrote its strings. */
    PickleBytes oldText(String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        return op('U', ascii.length).raw(ascii);
    }

    /** What was written so far, then {@code other}. */
    PickleBytes then(PickleBytes other) {
        return raw(other.bytes());
    }

    PickleBytes number(long number) {
        return op(0x8A, 8).little(number, 8);
    }

    PickleBytes global(String module, String name) {
        return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    PickleBytes little(long number, int bytes) {
        byte[] all = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
        out.write(all, 0, bytes);
        return this;
    }

    PickleBytes storage(String type, String key, long elements) {
        return op('(').text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .number(elements)
                .op('t', 'Q');
    }

    PickleBytes rebuild(String type, String key, long elements, long offset, long[] sizes, long[] strides) {
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        return storage(type, key, elements)
                .number(offset)
                .numbers(sizes)
                .numbers(strides)
                .op(0x89, '}', 't', 'R');
    }

    PickleBytes numbers(long... numbers) {
        op('(');
        for (long number : numbers) {
            number(number);
        }
        return op('t');
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private PickleBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }
}
