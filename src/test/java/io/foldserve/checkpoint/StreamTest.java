package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams as no PyTorch of today writes them: those of Python 2 and of storages that are parts of others, and broken
 * ones.
 */
class StreamTest {
    private static final PickleBytes KEYS =
            PickleBytes.start().op(']').text("7").op('a', '.');

    /** The magic number, the protocol version and the machine. */
    private static PickleBytes header(int version) {
        return PickleBytes.start()
                .op(0x8A, 10)
                .little(0xa86a20f9469cfc6cL, 8)
                .little(0x1950, 2)
                .op('.')
                .then(PickleBytes.start().op('M').little(version, 2).op('.'))
                .then(PickleBytes.start().op('}', '.'));
    }

    /** A tensor {@code w} of the elements 1 and 2 of a storage {@code 7} of 4, of which {@code part} is the view. */
    private static PickleBytes object(PickleBytes part) {
        PickleBytes pickle = PickleBytes.start().op('}').text("w");
        return tensor(pickle, part).op('s', '.');
    }

    private static PickleBytes tensor(PickleBytes to, PickleBytes part) {
        return to.global("torch._utils", "_rebuild_tensor")
                .op('(', '(')
                .oldText("storage")
                .global("torch", "FloatStorage")
                .oldText("7")
                .oldText("cuda:0")
                .op('K', 4)
                .then(part)
                .op('t', 'Q', 'K', 1)
                .numbers(2)
                .numbers(1)
                .op('t', 'R');
    }

    private static PickleBytes whole() {
        return new PickleBytes().op('N');
    }

    private static PickleBytes part(int start, int elements) {
        return new PickleBytes().op('(').oldText("9").op('K', start, 'K', elements, 't');
    }

    private static PickleBytes storage(int elements, int floats) {
        PickleBytes storage = new PickleBytes().little(elements, 8);
        for (int i = 0; i < floats; i++) {
            storage.little(Float.floatToIntBits(i + 10), 4);
        }
        return storage;
    }

    private static byte[] stream(PickleBytes... parts) {
        PickleBytes stream = new PickleBytes();
        for (PickleBytes part : parts) {
            stream.then(part);
        }
        return stream.bytes();
    }

    private static double[] w(byte[] stream) {
        return Fixtures.read(stream).find("w").orElseThrow().toDoubles();
    }

    @Test
    void readsTheTextsOfPython2() {
        assertThat(w(stream(header(1001), object(whole()), KEYS, storage(4, 4))))
                .containsExactly(11, 12);
    }

    @Test
    void readsAStorageThatIsPartOfAnother() {
        assertThat(w(stream(header(1001), object(part(1, 3)), KEYS, storage(4, 4))))
                .containsExactly(12, 13);
    }

    @Test
    void readsTheOrderedDictOfPython2() {
        PickleBytes dict = PickleBytes.start()
                .global("collections", "OrderedDict")
                .op('(', ']', ']', '(')
                .oldText("w");
        PickleBytes pickle = tensor(dict, whole()).op('e', 'a', 't', 'R', '.');

        assertThat(w(stream(header(1001), pickle, KEYS, storage(4, 4)))).containsExactly(11, 12);
    }

    @Test
    void ignoresTheClassesThatAStreamNamesByIds() {
        PickleBytes pickle = PickleBytes.start().op('}', '(').text("extra").op('(');
        pickle.text("module").global("a", "B").op('N', 'N', 't', 'Q', ')', 0x81).op('}', 'b');
        PickleBytes nested = pickle.text("state_dict").op('}').text("w");

        assertThat(w(stream(header(1001), tensor(nested, whole()).op('s', 'u', '.'), KEYS, storage(4, 4))))
                .containsExactly(11, 12);
    }

    static Stream<Arguments> broken() {
        PickleBytes head = header(1001);
        PickleBytes good = object(whole());
        PickleBytes twice = PickleBytes.start().op(']', '(').text("7").text("7").op('e', '.');
        PickleBytes other = PickleBytes.start().op(']').text("8").op('a', '.');
        PickleBytes none = PickleBytes.start().op(']', '.');
        PickleBytes number = PickleBytes.start().op('K', 1, '.');
        return Stream.of(
                arguments("version", stream(header(1000)), "its protocol version is 1000, expected 1001"),
                arguments("no keys", stream(head, good), "expected a pickle of protocol 2 to 5"),
                arguments("keys are a number", stream(head, good, number), "list of storages: is an int"),
                arguments("unused storage", stream(head, good, other, storage(4, 4)), "names 8, which the checkpoint"),
                arguments("listed twice", stream(head, good, twice, storage(4, 4)), "storage 7: is in the list"),
                arguments("not listed", stream(head, good, none), "w: is not in the list of storages"),
                arguments("no storage", stream(head, good, KEYS), "storage 7: starts at byte"),
                arguments("cut", stream(head, good, KEYS, storage(4, 3)), "it is cut"),
                arguments("goes on", stream(head, good, KEYS, storage(4, 5)), "the file goes on to"),
                arguments("other count", stream(head, good, KEYS, storage(3, 4)), "holds 3 elements at byte"),
                arguments("huge count", stream(head, good, KEYS, storage(-1, 4)), "holds -1 elements"),
                arguments("part beyond", stream(head, object(part(2, 3))), "has 3 elements from 2 of a storage of 4"),
                arguments("part before", stream(head, object(part(5, 0))), "has 0 elements from 5 of a storage of 4"),
                arguments(
                        "tensor beyond its part",
                        stream(head, object(part(2, 2)), KEYS, storage(4, 4)),
                        "w: needs elements 1 to 2 of a storage of 2"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void refusesAStreamThatContradictsItself(String title, byte[] stream, String reason) {
        RefusalTest.assertRefused(stream, reason);
    }
}
