package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which part of a file an entry means, in every format and at any depth. */
class EntryTest {

    /** A pickle of dicts within dicts along {@code keys}, with the tensor {@code name} in the innermost. */
    private static PickleBytes nested(String name, String... keys) {
        PickleBytes pickle = PickleBytes.start();
        for (String key : keys) {
            pickle.op('}').text(key);
        }
        pickle.op('}')
                .text(name)
                .rebuild("FloatStorage", "0", 4, 0, new long[] {4}, new long[] {1})
                .op('s');
        for (int i = 0; i < keys.length; i++) {
            pickle.op('s');
        }
        return pickle;
    }

    private static Checkpoint read(PickleBytes pickle, Optional<String> entry) {
        return CheckpointReader.read(
                "file",
                FileBytes.of(ByteBuffer.wrap(StoredZip.checkpoint(pickle.op('.').bytes()))),
                entry);
    }

    @ParameterizedTest
    @ValueSource(strings = {"generator/weights", "./generator/weights", "generator/weights/net"})
    void reachesAStateDictAtAnyDepth(String entry) {
        PickleBytes pickle = nested(entry.endsWith("net") ? "net.w" : "w", "generator", "weights");

        assertThat(read(pickle, Optional.of(entry)).find("w")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"generator", "generator/other", "weights", "generator/weights/v"})
    void refusesAnEntryThatLeadsNowhere(String entry) {
        PickleBytes pickle = nested("w", "generator", "weights");

        assertThatThrownBy(() -> read(pickle, Optional.of(entry)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has no state dict under " + entry);
    }

    @Test
    void takesTheOnlyStateDictThereIsAtAnyDepth() {
        Checkpoint checkpoint = read(nested("w", "generator", "weights"), Optional.empty());

        assertThat(checkpoint.find("w")).isPresent();
        assertThat(checkpoint.metadata()).containsEntry("entry", "generator/weights");
    }

    @Test
    void neverTakesAnOptimizersStateForTheNetwork() {
        assertThatThrownBy(() -> read(nested("exp_avg", "optimizer", "state"), Optional.empty()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("holds no state dict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"encoder", "encoder/net", "./encoder/net"})
    void takesTheTensorsWhoseNamesStartWithIt(String entry) {
        String name = entry.equals("encoder") ? "w" : "net.w";
        Checkpoint checkpoint = read(nested("encoder." + name), Optional.of(entry));

        assertThat(checkpoint.find("w")).isPresent();
    }

    @Test
    void looksBehindTheWrapperOfAParallelNetwork() {
        assertThat(read(nested("module.encoder.w", "state_dict"), Optional.of("state_dict/encoder"))
                        .find("w"))
                .isPresent();
    }

    @Test
    void takesAPartOfTheNamesOfASafetensorsFile() {
        String header = "{\"model.w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                + "\"head.b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + 2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .rewind();

        Checkpoint checkpoint = CheckpointReader.read("file", FileBytes.of(file), Optional.of("./model"));

        assertThat(checkpoint.tensors()).containsOnlyKeys("w");
    }
}
