package io.foldserve.checkpoint;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives that contradict themselves. */
class ZipRefusalTest {
    private static final byte[] GOOD = StoredZip.checkpoint(PickleBytes.tensor(0, new long[] {4}, new long[] {1}));
    private static final byte[] REAL = Fixtures.bytes("state-dict.pth");

    private static final int FIRST_RECORD = StoredZip.find(GOOD, "PK\1\2", 0);
    private static final int SECOND_RECORD = StoredZip.find(GOOD, "PK\1\2", 1);
    private static final int END = StoredZip.find(GOOD, "PK\5\6", 0);
    private static final int REAL_END = StoredZip.find(REAL, "PK\5\6", 0);
    private static final int REAL_WIDE_END = StoredZip.find(REAL, "PK\6\6", 0);

    static Stream<Arguments> damaged() {
        return Stream.of(
                arguments("is cut", Arrays.copyOf(GOOD, GOOD.length - 1), "it is truncated, or something follows"),
                arguments("goes on", Arrays.copyOf(GOOD, GOOD.length + 1), "it is truncated, or something follows"),
                arguments("is only its start", Arrays.copyOf(GOOD, 5), "does not end like a zip archive"),
                arguments("is shifted", shifted(), "its directory is said to be at"),
                arguments("directory elsewhere", StoredZip.patch(GOOD, END + 16, 1), "its directory is said to be at"),
                arguments("too many entries", StoredZip.patch(GOOD, END + 10, 99), "cannot list 99 entries"),
                arguments("too few entries", StoredZip.patch(GOOD, END + 10, 1), "lists 1 entries and has"),
                arguments("no record", StoredZip.patch(GOOD, FIRST_RECORD, 0), "directory is damaged at byte 0"),
                arguments("long name", StoredZip.patch(GOOD, SECOND_RECORD + 28, 255), "255 bytes are announced"),
                arguments("name not UTF-8", StoredZip.patch(GOOD, FIRST_RECORD + 46, 0xFF), "is not UTF-8"),
                arguments("encrypted", StoredZip.patch(GOOD, FIRST_RECORD + 8, 1), "data.pkl: is encrypted"),
                arguments("compressed", StoredZip.patch(GOOD, FIRST_RECORD + 10, 8), "is compressed (method 8)"),
                arguments("two sizes", StoredZip.patch(GOOD, SECOND_RECORD + 20, 15), "is stored, but as 15 bytes"),
                arguments("size beyond", sized(0, 1, 0, 0), "is said to have 256 bytes, which run out"),
                arguments("size wants zip64", sized(255, 255, 255, 255), "lacks the zip64 field"),
                arguments("header beyond", StoredZip.patch(GOOD, SECOND_RECORD + 42, 0, 0, 1), "outside the archive"),
                arguments("header amiss", StoredZip.patch(GOOD, SECOND_RECORD + 42, 1, 0), "has no header of its own"),
                arguments("other name", StoredZip.patch(GOOD, 30, 'b'), "has another name in its own header"),
                arguments("damaged pickle", StoredZip.patch(GOOD, 51, 1), "data.pkl: is damaged: expected CRC-32"),
                arguments("damaged storage", damagedStorage(), "w: is damaged: expected CRC-32"),
                arguments("zip64 elsewhere", StoredZip.patch(REAL, REAL_END - 12, 1), "no zip64 end record where"),
                arguments("zip64 beyond", StoredZip.patch(REAL, REAL_END - 6, 1), "said to be outside the file"),
                arguments("zip64 count", StoredZip.patch(REAL, REAL_WIDE_END + 32, 1), "two end records disagree"),
                arguments("twice", twice(), "is in the archive twice"),
                arguments("one in another", nested(), "overlaps the entry before it"),
                arguments("byte order", withOrder("middle"), "byteorder: is middle, expected little or big"),
                arguments("two pickles", twoPickles(), "has 2 entries <name>/data.pkl"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damaged")
    void refusesAnArchiveThatContradictsItself(String title, byte[] file, String reason) {
        RefusalTest.assertRefused(file, reason);
    }

    @Test
    void theArchivesAreGoodBeforeTheyAreDamaged() {
        Fixtures.read(GOOD);
        Fixtures.read(REAL);
        Fixtures.read(withOrder("big"));
    }

    private static byte[] shifted() {
        byte[] longer = new byte[GOOD.length + 4];
        System.arraycopy(GOOD, 0, longer, 0, 4);
        System.arraycopy(GOOD, 0, longer, 4, GOOD.length);
        return longer;
    }

    private static byte[] sized(int... size) {
        return StoredZip.patch(StoredZip.patch(GOOD, SECOND_RECORD + 20, size), SECOND_RECORD + 24, size);
    }

    private static byte[] damagedStorage() {
        int storage = StoredZip.find(GOOD, "archive/data/0", 0) + "archive/data/0".length();
        return StoredZip.patch(GOOD, storage + 3, 7);
    }

    private static byte[] twice() {
        byte[] file = new StoredZip()
                .add("a/data.pkl", (byte) 0)
                .add("b/data.pkl", (byte) 0)
                .bytes();
        int header = StoredZip.find(file, "b/data.pkl", 0);
        int record = StoredZip.find(file, "b/data.pkl", 1);
        return StoredZip.patch(StoredZip.patch(file, header, 'a'), record, 'a');
    }

    /** The first entry's content is the second entry's header, and the directory points there. */
    private static byte[] nested() {
        byte[] alone = new StoredZip().add("b", (byte) 0).bytes();
        byte[] header = Arrays.copyOf(alone, 32);
        byte[] file = new StoredZip().add("a", header).add("b", (byte) 0).bytes();
        return StoredZip.patch(file, StoredZip.find(file, "PK\1\2", 1) + 42, 31, 0, 0, 0);
    }

    private static byte[] withOrder(String order) {
        return new StoredZip()
                .add("archive/data.pkl", PickleBytes.tensor(0, new long[] {4}, new long[] {1}))
                .add("archive/byteorder", order.getBytes(StandardCharsets.US_ASCII))
                .add("archive/data/0", new byte[16])
                .bytes();
    }

    private static byte[] twoPickles() {
        return new StoredZip()
                .add("a/data.pkl", (byte) 0)
                .add("b/data.pkl", (byte) 0)
                .bytes();
    }
}
