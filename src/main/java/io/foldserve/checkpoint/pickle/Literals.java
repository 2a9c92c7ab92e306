package io.foldserve.checkpoint.pickle;

import io.foldserve.checkpoint.pickle.Value.Flag;
import io.foldserve.checkpoint.pickle.Value.Int;
import io.foldserve.checkpoint.pickle.Value.None;
import io.foldserve.checkpoint.pickle.Value.Opaque;
import io.foldserve.checkpoint.pickle.Value.Real;
import io.foldserve.checkpoint.pickle.Value.Text;
import java.util.Optional;
import java.util.stream.IntStream;

/** The opcodes that stand for a value by themselves. */
final class Literals {
    private static final Int[] SMALL =
            IntStream.range(0, 256).mapToObj(Int::new).toArray(Int[]::new);

    private static final Opaque BYTES = new Opaque("bytes");

    private final PickleInput input;

    Literals(PickleInput input) {
        this.input = input;
    }

    /** The value of the literal that {@code opcode} starts, or empty if it starts none. */
    Optional<Value> read(int opcode) {
        return Optional.ofNullable(
                switch (opcode) {
                    case 'N' -> None.NONE;
                    case 0x88 -> new Flag(true);
                    case 0x89 -> new Flag(false);
                    case 'J' -> new Int(input.signedInt());
                    case 'K' -> SMALL[input.unsignedByte()];
                    case 'M' -> new Int(input.unsignedShort());
                    case 0x8A -> integer(input.unsignedByte());
                    case 0x8B -> integer(input.signedInt());
                    case 'G' -> new Real(input.bigEndianDouble());
                    case 'X' -> new Text(input.text(input.unsignedInt()));
                    case 0x8C -> new Text(input.text(input.unsignedByte()));
                    case 0x8D -> new Text(input.text(input.length()));
                    case 'U' -> oldText(input.unsignedByte());
                    case 'T' -> oldText(input.signedInt());
                    case 'C' -> bytes(input.unsignedByte());
                    case 'B' -> bytes(input.unsignedInt());
                    case 0x8E, 0x96 -> bytes(input.length());
                    default -> null;
                });
    }

    private Value integer(int length) {
        if (length >= 0 && length <= Long.BYTES) {
            return new Int(input.signed(length));
        }
        input.skip(length);
        return new Opaque("an int beyond 64 bits");
    }

    /** Python 2 wrote names and bytes alike; what is plain ASCII is a name. */
    private Value oldText(long length) {
        return input.ascii(length).<Value>map(Text::new).orElse(BYTES);
    }

    private Value bytes(long length) {
        input.skip(length);
        return BYTES;
    }
}
