package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of Keras comes out as Keras has it in memory, and what Keras does not write is refused by name. */
class KerasTest {

    static Stream<JsonNode> expected() {
        return Stream.concat(Expectations.in("keras"), Expectations.in("keras/sequences"));
    }

    @ParameterizedTest
    @MethodSource("expected")
    void readsWhatKerasSaved(JsonNode expected) {
        Checkpoint checkpoint = CheckpointReader.read(
                Fixtures.path("keras/" + expected.get("file").textValue()));

        Expectations.assertHolds(checkpoint, expected);
        assertThat(checkpoint.framework()).isEqualTo(Framework.KERAS);
    }

    @Test
    void readsByContentAndNotByName(@TempDir Path folder) throws IOException {
        Path weights = Files.copy(Fixtures.path("keras/keras3.weights.h5"), folder.resolve("a.keras"));
        Path archive = Files.copy(Fixtures.path("keras/keras3.keras"), folder.resolve("a.h5"));

        assertThat(CheckpointReader.read(weights).tensors())
                .isEqualTo(CheckpointReader.read(archive).tensors());
    }

    @Test
    void leavesTheOptimizerOutAndSaysSo() {
        for (String file : new String[] {"keras3.weights.h5", "keras3.keras", "keras2.weights.h5"}) {
            assertThat(CheckpointReader.read(Fixtures.path("keras/" + file)).metadata())
                    .containsEntry("ignored", "optimizer");
        }
        for (String file : new String[] {"keras3-whole.h5", "keras2-whole.h5"}) {
            assertThat(CheckpointReader.read(Fixtures.path("keras/" + file)).metadata())
                    .containsEntry("ignored", "optimizer_weights");
        }
    }

    @Test
    void saysWhichKerasWroteTheFile() {
        assertThat(CheckpointReader.read(Fixtures.path("keras/keras2-whole.h5")).metadata())
                .containsEntry("keras_version", "2.15.0")
                .containsEntry("backend", "tensorflow");
        assertThat(CheckpointReader.read(Fixtures.path("keras/keras3.keras")).metadata())
                .containsEntry("format", "keras archive")
                .hasEntrySatisfying(
                        "keras_version", version -> assertThat(version).startsWith("3."));
    }

    @Test
    void tensorsAreNotCopied() {
        for (String file : new String[] {"keras3.weights.h5", "keras3.keras", "keras3-whole.h5"}) {
            CheckpointReader.read(Fixtures.path("keras/" + file))
                    .tensors()
                    .forEach((name, tensor) ->
                            assertThat(tensor.bytes().isDirect()).as(name).isTrue());
        }
    }

    @Test
    void refusesAnEntry() {
        assertThatThrownBy(() -> CheckpointReader.read(Fixtures.path("keras/keras3.keras"), Optional.of("ema")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has no entries, and ema was asked for");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            chunked.h5 | layers/conv2d/vars/0: is stored in chunks
            chunked.h5 | layers/conv2d/vars/1: is stored in chunks
            soft.h5 | layers/conv2d/vars: its member 1 is a link to /layers/conv2d/vars/0; links are not followed
            external.h5 | layers/conv2d/vars: its member 1 is a link into another file, /etc/passwd; links are not followed
            twice.h5 | layers/conv2d/vars/1: is also found under another name
            circle.h5 | layers/conv2d/again: is also found under another name
            outside.h5 | layers/conv2d/vars/0: keeps its data in another file
            virtual.h5 | layers/conv2d/vars/0: is damaged: Virtual storage is not supported
            legacy.h5 | layer a lists a/bias:0, which is not there
            legacy.h5 | layer b is listed and not there
            legacy.h5 | a/a/other:0 is in no list of weights
            shared-type.h5 | layers/conv2d/vars/0: shares a header message
            never-written.h5 | layers/conv2d/vars/0: has a shape and no elements
            null.h5 | layers/conv2d/vars/0: has no shape
            big-endian.h5 | layers/conv2d/vars/0: elements of big-endian floating point with 4 bytes are not read
            text.h5 | layers/conv2d/vars/0: elements of variable length with 16 bytes are not read
            complex.h5 | layers/conv2d/vars/0: elements of compound data type with 8 bytes are not read
            opaque.h5 | layers/conv2d/vars/0: elements of 2 opaque bytes are not read
            elsewhere.h5 | layers/conv2d/kernel is outside of any group vars
            nothing.h5 | is an HDF5 file without weights of Keras
            deep.h5 | is nested more than 64 groups deep
            many-latest.h5 | layers: keeps its links in a heap
            many-attributes.h5 | keeps its attributes in a heap
            user-block.h5 | starts with 00 00 00 00
            compressed.keras | model.weights.h5: is compressed (method 8)
            not-hdf5.keras | model.weights.h5: is no HDF5 file
            """)
    void refusesWhatKerasDoesNotWrite(String file, String reason) {
        Path path = Fixtures.path("keras/refused/" + file);

        assertThatThrownBy(() -> CheckpointReader.read(path))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContaining(reason);
    }
}
