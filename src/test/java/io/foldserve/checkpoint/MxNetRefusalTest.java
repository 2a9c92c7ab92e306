package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists of arrays that lie. */
class MxNetRefusalTest {

    private static PickleBytes list(long arrays) {
        return new PickleBytes().little(0x112, 8).little(0, 8).little(arrays, 8);
    }

    /** The start of a dense array up to its element type. */
    private static PickleBytes array(int storage, int type, long... extents) {
        PickleBytes array =
                new PickleBytes().little(0xF993FAC9L, 4).little(storage, 4).little(extents.length, 4);
        for (long extent : extents) {
            array.little(extent, 8);
        }
        return array.little(1, 4).little(0, 4).little(type, 4);
    }

    private static PickleBytes names(String... names) {
        PickleBytes list = new PickleBytes().little(names.length, 8);
        for (String name : names) {
            list.little(name.length(), 8);
            name.chars().forEach(list::op);
        }
        return list;
    }

    private static PickleBytes pair() {
        return array(0, 0, 2).little(0, 8);
    }

    @Test
    void readsAListThatIsWhole() {
        assertThat(Fixtures.read(list(1).then(pair()).then(names("arg:w")).bytes())
                        .tensors())
                .containsOnlyKeys("w");
    }

    static Stream<Arguments> lies() {
        PickleBytes none = new PickleBytes().little(0xF993FAC9L, 4).little(0, 4).little(0, 4);
        return Stream.of(
                arguments("count", list(1L << 40), "1099511627776 arrays are announced, 0 bytes are left"),
                arguments("negative count", list(-1), "-1 arrays are announced"),
                arguments("storage kind", list(1).then(array(3, 0, 2)), "the kind of storage is 3, expected 0 to 2"),
                arguments("type", list(1).then(array(0, 13, 2)), "the element type is 13, which is not read"),
                arguments("negative type", list(1).then(array(0, -1, 2)), "the element type is -1"),
                arguments("extent", list(1).then(array(0, 0, -2)), "an array of shape [-2] and 0 bytes are left"),
                arguments("cut", list(1).then(array(0, 0, 2)), "an array of shape [2] and 0 bytes are left"),
                arguments("overflow", list(1).then(array(0, 0, 1L << 62, 4)), "an array of shape [46116860"),
                arguments("axes", list(1).then(array(0, 0, new long[65])), "an array of 65 axes, at most 64"),
                arguments("old axes", list(1).then(new PickleBytes().little(65, 4)), "an array of 65 axes"),
                arguments("no names", list(1).then(pair()).then(names()), "the 1 arrays have no names"),
                arguments("more names", list(1).then(pair()).then(names("a", "b")), "1 arrays have 2 names"),
                arguments("goes on", list(1).then(pair()).then(names("a").op(0)), "but 1 bytes are left"),
                arguments(
                        "twice", list(2).then(pair()).then(pair()).then(names("arg:a", "aux:a")), "a: is there twice"),
                arguments("no array", list(1).then(none).then(names("a")), "a: has no elements: it was not initial"),
                arguments("undefined", list(1).then(array(-1, 0, 2)), "bytes are"),
                arguments(
                        "long name",
                        list(1).then(pair()).then(new PickleBytes().little(1, 8).little(1 << 20, 8)),
                        "1048576 bytes are announced, at most 65536 are read"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void refusesAListThatLies(String title, PickleBytes list, String reason) {
        RefusalTest.assertRefused(list.bytes(), reason);
    }
}
