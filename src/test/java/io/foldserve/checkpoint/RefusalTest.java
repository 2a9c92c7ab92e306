package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.foldserve.problem.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What real tools can write and must not be read, and pickles that no tool would write. */
class RefusalTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            os-system.pth | global posix.system is not allowed; nothing was executed
            builtins-eval.pth | global __builtin__.eval is not allowed; nothing was executed
            builtins-eval-protocol4.pth | global builtins.eval is not allowed; nothing was executed
            hidden-system.ckpt | global posix.system is not allowed; nothing was executed
            whole-module.pth | holds an object of torch.nn.modules.linear.Linear, expected a dict of tensors; nothing was executed, save its state_dict() instead
            stream-module.pth | holds an object of torch.nn.modules.linear.Linear, expected a dict of tensors
            unknown-tensor.pth | bias: is an object of collections.Counter, which is not read; nothing was executed
            ordered-dict-arguments.pth | collections.OrderedDict: argument 1 is an int, expected a sequence
            rebuild-arguments.pth | torch._utils._rebuild_tensor_v2: got 3 arguments, expected 6 to 7
            rebuild-kinds.pth | torch._utils._rebuild_tensor_v2: argument 1 is an int, expected a storage
            calls-a-type.pth | evil: is an object of torch.Tensor, which is not read; nothing was executed
            list.pth | holds a list, expected a dict of tensors; nothing was executed; a list or tuple is read that holds such dicts, or pairs of a name and a tensor
            several-in-a-list.pth | holds several state dicts, name the entry to read; entries with one: 0, 1
            names-of-no-tensors.pth | holds a list, expected a dict of tensors; nothing was executed; a list or tuple is read
            number.pth | holds an int, expected a dict of tensors
            no-tensors.pth | holds no state dict
            several.pth | holds several state dicts, name the entry to read; entries with one: student, teacher
            complex.pth | weight: elements of type torch.complex64 are not read
            float8.pth | weight: elements of type torch.float8_e4m3fn are not read
            integer-key.pth | a key is an int, expected a str
            prefix-collision.pth | module.weight and weight are both weight without their wrapper prefixes
            program-frozen.pt | its modules hold no tensors: they were frozen into the code
            sparse.params | rows: is a sparse array (row_sparse), only dense ones are read; MXNet: csr: is a sparse array (csr)
            nameless.params | the 2 arrays have no names
            bare.pkl | is a bare pickle
            arrays.npz | has 0 entries <name>/data.pkl, expected the one that torch.save writes; it starts with weight.npy
            compressed.pth | is compressed (method 8)
            """)
    void refusesWhatOnlyAnotherProgramReads(String file, String reason) {
        Path path = Fixtures.path("refused/" + file);

        assertThatThrownBy(() -> CheckpointReader.read(path))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContaining(reason);
        assertThat(Path.of("/tmp/executed")).doesNotExist();
    }

    @Test
    void refusesAnEntryThatIsNotThereAndNamesThoseThatAre() {
        assertThatThrownBy(() -> CheckpointReader.read(Fixtures.path("preferred.pth"), Optional.of("swa")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has no state dict under swa; entries with one: model, ema, state_dict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"state_dict/net", "state_dict/", "/model", "optimizer/model"})
    void refusesAPartOfAStateDictThatIsNotThere(String entry) {
        assertThatThrownBy(() -> CheckpointReader.read(Fixtures.path("lightning-mixed.ckpt"), Optional.of(entry)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has no state dict under " + entry + "; entries with one: state_dict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"types.safetensors", "types.params", "program-traced.pt"})
    void refusesAnEntryOfAFileThatHasNone(String file) {
        assertThatThrownBy(() -> CheckpointReader.read(Fixtures.path(file), Optional.of("ema")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has no entries, and ema was asked for");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            '' | is empty
            '{}' | starts with 7b 7d ({})
            'hello world' | starts with 68 65 6c 6c 6f 20 77 6f (hello.wo)
            """)
    void saysWhatAnUnknownFileStartsWithAndWhatIsRead(String content, String reason) {
        assertRefused(content.getBytes(StandardCharsets.UTF_8), reason);
        assertRefused(content.getBytes(StandardCharsets.UTF_8), "zip files of torch.save (PyTorch 1.6");
    }

    @Test
    void refusesATarFileByName() {
        byte[] tar = new byte[1024];
        System.arraycopy(new byte[] {'u', 's', 't', 'a', 'r'}, 0, tar, 257, 5);

        assertRefused(tar, "is a tar archive, as torch.save wrote it before PyTorch 0.2");
    }

    static Stream<Arguments> views() {
        return Stream.of(
                arguments(5L, new long[] {1}, new long[] {1}, "starts at element 5 of a storage of 4"),
                arguments(-1L, new long[] {1}, new long[] {1}, "starts at element -1"),
                arguments(1L, new long[] {4}, new long[] {1}, "needs elements 1 to 4 of a storage of 4"),
                arguments(4L, new long[] {1}, new long[] {1}, "needs elements 4 to 4 of a storage of 4"),
                arguments(Long.MAX_VALUE, new long[] {1}, new long[] {1}, "starts at element"),
                arguments(0L, new long[] {2}, new long[] {-1}, "stride -1 of axis 0"),
                arguments(0L, new long[] {2}, new long[] {Long.MAX_VALUE}, "stride 9223372036854775807 of axis 0"),
                arguments(0L, new long[] {2, 2}, new long[] {3, 3}, "needs elements 0 to 6"),
                arguments(0L, new long[] {-1}, new long[] {1}, "shape [-1] is negative"),
                arguments(
                        0L,
                        new long[] {1L << 32},
                        new long[] {0},
                        "shape [4294967296] is negative or has more than 2^31-1 elements"),
                arguments(0L, new long[] {1 << 30, 1 << 30, 1 << 30, 0}, new long[] {0, 0, 0, 0}, "shape [1073741824,"),
                arguments(0L, new long[] {1L << 62, 4}, new long[] {0, 0}, "shape [4611686018427387904, 4]"),
                arguments(0L, new long[] {2, 2}, new long[] {1}, "has 2 sizes and 1 strides"),
                arguments(0L, new long[65], new long[65], "has 65 axes, at most 64 are read"),
                arguments(0L, new long[] {1 << 20, 8}, new long[] {0, 0}, "unpacking 33554432 more bytes exceeds"));
    }

    @ParameterizedTest
    @MethodSource("views")
    void refusesAViewThatLeavesItsStorage(long offset, long[] sizes, long[] strides, String reason) {
        assertRefused(StoredZip.checkpoint(PickleBytes.tensor(offset, sizes, strides)), "w: " + reason);
    }

    @Test
    void readsAViewThatJustFits() {
        byte[] file = StoredZip.checkpoint(PickleBytes.tensor(1, new long[] {2, 2}, new long[] {2, 0}));

        assertThat(Fixtures.read(file).find("w").orElseThrow().toDoubles()).containsExactly(0, 0, 0, 0);
    }

    @Test
    void reportsEveryTensorThatIsWrong() {
        byte[] pickle = PickleBytes.start()
                .op('}', '(')
                .text("a")
                .rebuild("FloatStorage", "0", 4, 9, new long[] {1}, new long[] {1})
                .text("b")
                .rebuild("FloatStorage", "0", 4, 0, new long[] {9}, new long[] {1})
                .op('u', '.')
                .bytes();

        assertRefused(StoredZip.checkpoint(pickle), "a: starts at element 9", "b: stride 1 of axis 0 leaves");
    }

    static Stream<Arguments> pickles() {
        return Stream.of(
                arguments("storage is longer", storage("FloatStorage", "0", 5), "said to hold 5 elements"),
                arguments("storage is shorter", storage("DoubleStorage", "0", 1), "said to hold 1 elements"),
                arguments("storage is absent", storage("FloatStorage", "7", 4), "the archive has no storage 7"),
                arguments("not a storage class", storage("float32", "0", 4), "torch.float32 is not a storage class"),
                arguments("id is a number", PickleBytes.start().number(3).op('Q', '.'), "is an int, expected a tuple"),
                arguments("ends early", PickleBytes.start().op('}'), "1 bytes are announced, 0 are left"),
                arguments("goes on", PickleBytes.start().op('}', '.', '.'), "1 bytes or values are left"),
                arguments("leaves values", PickleBytes.start().op('}', '}', '.'), "values are left"),
                arguments("empty stack", PickleBytes.start().op('.'), "the stack is empty"),
                arguments("no mark", PickleBytes.start().op('t', '.'), "a mark is needed"),
                arguments("takes a mark's", PickleBytes.start().op('}', '(', 's', '.'), "2 values are needed"),
                arguments("odd items", PickleBytes.start().op('}', '(', 'N', 'u', '.'), "1 keys and values are set"),
                arguments("sets in a tuple", PickleBytes.start().op(')', 'N', 'N', 's', '.'), "set in a tuple"),
                arguments("grows a tuple", PickleBytes.start().op(')', 'N', 'a', '.'), "are appended to a tuple"),
                arguments("memo ahead", PickleBytes.start().op('}', 'q', 1, '.'), "memo 1 is set after 0"),
                arguments("memo unset", PickleBytes.start().op('h', 0, '.'), "memo 0 is read, 0 are set"),
                arguments("memo bomb", PickleBytes.start().op('}', 'r').little(-1, 4), "memo 4294967295 is set"),
                arguments("text bomb", PickleBytes.start().op('X').little(-1, 4), "4294967295 bytes are announced"),
                arguments("text bomb 8", PickleBytes.start().op(0x8D).little(-1, 8), "-1 bytes are announced"),
                arguments("long bomb", PickleBytes.start().op(0x8B).little(1 << 30, 4), "1073741824 bytes"),
                arguments("frame bomb", PickleBytes.start().op(0x95).little(1L << 40, 8), "a frame of 1099511627776"),
                arguments("not UTF-8", PickleBytes.start().op('X', 1, 0, 0, 0, 0xFF), "is not UTF-8"),
                arguments("protocol 0", new PickleBytes().op('}', '.'), "expected a pickle of protocol 2 to 5"),
                arguments("protocol 9", new PickleBytes().op(0x80, 9, '}', '.'), "pickle protocol 9 is not read"),
                arguments("unknown opcode", PickleBytes.start().op(0xFF), "opcode 0xff is not read"),
                arguments("INST", PickleBytes.start().op('(', 'i'), "opcode 0x69 is not read"),
                arguments("calls a number", PickleBytes.start().number(1).op(')', 'R'), "a call of an int"),
                arguments("state of a number", PickleBytes.start().number(1).op('}', 'b'), "the state of an int"),
                arguments(
                        "global in parts",
                        PickleBytes.start().text("os").text("system").op(0x93),
                        "os.system"),
                arguments("global not text", PickleBytes.start().op('N', 'N', 0x93), "a global is named by None"),
                arguments("endless name", PickleBytes.start().global("a".repeat(999), "b"), "beyond reason"),
                arguments(
                        "escapes names",
                        PickleBytes.start().global("a\u001b[31m", "b").op('.'),
                        "a\\u001b[31m.b"));
    }

    private static PickleBytes storage(String type, String key, long elements) {
        return PickleBytes.start().storage(type, key, elements).op('.');
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pickles")
    void refusesAPickleThatNoPythonWrites(String title, PickleBytes pickle, String reason) {
        assertRefused(StoredZip.checkpoint(pickle.bytes()), reason);
    }

    @Test
    void nestingCostsNoStack() {
        PickleBytes pickle = PickleBytes.start().op('}').text("deep");
        for (int i = 0; i < 200_000; i++) {
            pickle.op(']');
        }
        for (int i = 1; i < 200_000; i++) {
            pickle.op('a');
        }
        byte[] file = StoredZip.checkpoint(pickle.op('s', '.').bytes());

        assertRefused(file, "holds no state dict");
    }

    /** Sixty tuples, each of the one before twice: walked naively, 2^60 items. */
    @Test
    void sharingDoesNotMultiply() {
        PickleBytes pickle = PickleBytes.start().op('}').text("shared").op(']', 'q', 0);
        for (int i = 0; i < 60; i++) {
            pickle.op('0', 'h', i, 'h', i, 0x86, 'q', i + 1);
        }
        byte[] file = StoredZip.checkpoint(pickle.op('s')
                .text("w")
                .rebuild("FloatStorage", "0", 4, 0, new long[] {4}, new long[] {1})
                .op('s', '.')
                .bytes());

        assertThat(Fixtures.read(file).tensors()).containsOnlyKeys("w");
    }

    @Test
    void aDictInsideItselfEndsTheSearch() {
        byte[] pickle = PickleBytes.start()
                .op('}', 'q', 0)
                .text("model")
                .op('h', 0, 's', '.')
                .bytes();

        assertRefused(StoredZip.checkpoint(pickle), "holds no state dict");
    }

    static void assertRefused(byte[] file, String... reasons) {
        assertThatThrownBy(() -> Fixtures.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("file: ")
                .hasMessageContainingAll(reasons);
    }
}
