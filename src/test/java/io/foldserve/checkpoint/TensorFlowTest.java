package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every checkpoint of TensorFlow comes out as TensorFlow has it in memory; damage is refused with its place. */
class TensorFlowTest {
    private final Path folder;

    TensorFlowTest(@TempDir Path folder) {
        this.folder = folder;
    }

    static Stream<JsonNode> expected() {
        return Expectations.in("tensorflow");
    }

    @ParameterizedTest
    @MethodSource("expected")
    void readsWhatTensorFlowSaved(JsonNode expected) {
        String prefix = "tensorflow/" + expected.get("file").textValue();

        for (String name : new String[] {prefix, prefix + ".index"}) {
            Checkpoint checkpoint = CheckpointReader.read(Fixtures.path(name));
            Expectations.assertHolds(checkpoint, expected);
            assertThat(checkpoint.framework()).isEqualTo(Framework.TENSORFLOW);
        }
    }

    @Test
    void keepsTheOrderInWhichADoConvMakesItsVariables() {
        assertThat(CheckpointReader.read(Fixtures.path("tensorflow/lone"))
                        .tensors()
                        .keySet())
                .containsExactly("W", "bias", "D");
    }

    @Test
    void leavesOutWhatOnlyTrainingNeeds() {
        assertThat(CheckpointReader.read(Fixtures.path("tensorflow/keras3")).metadata())
                .containsEntry("format", "tensorflow objects")
                .containsEntry("ignored", "optimizer");
        assertThat(CheckpointReader.read(Fixtures.path("tensorflow/named")).metadata())
                .containsEntry("format", "tensorflow variables")
                .containsEntry("ignored", "beta1_power,beta2_power,conv,fc,global_step");
        assertThat(CheckpointReader.read(Fixtures.path("tensorflow/saved-1")).metadata())
                .containsEntry("ignored", "save_counter");
    }

    @Test
    void readsTheOnlyCheckpointInAFolder() throws IOException {
        copy("lone", folder);

        assertThat(CheckpointReader.read(folder).tensors()).containsOnlyKeys("W", "bias", "D");

        copy("named", folder);
        assertThatThrownBy(() -> CheckpointReader.read(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("several checkpoints, name one: lone.index, named.index");
    }

    @Test
    void tensorsAreNotCopied() {
        CheckpointReader.read(Fixtures.path("tensorflow/sharded"))
                .tensors()
                .forEach((name, tensor) ->
                        assertThat(tensor.bytes().isDirect()).as(name).isTrue());
    }

    @Test
    void refusesPartitionedVariablesByName() {
        assertThatThrownBy(() -> CheckpointReader.read(Fixtures.path("tensorflow/refused/partitioned")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("parts: is partitioned into 2 slices");
    }

    @Test
    void refusesACheckpointOfTextsOnly() {
        assertThatThrownBy(() -> CheckpointReader.read(Fixtures.path("tensorflow/refused/texts")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the checkpoint holds no variables");
    }

    @Test
    void refusesAMissingDataFile() throws IOException {
        copy("sharded", folder);
        Files.delete(folder.resolve("sharded.data-00001-of-00003"));

        assertRefused("sharded", "sharded.data-00001-of-00003: is missing; it belongs beside the index");
    }

    @Test
    void refusesADataFileThatIsALinkOutOfTheFolder() throws IOException {
        copy("lone", folder);
        Path data = folder.resolve("lone.data-00000-of-00001");
        Files.delete(data);
        Files.createSymbolicLink(data, Fixtures.path("tensorflow/lone.data-00000-of-00001"));

        assertRefused("lone", "lone.data-00000-of-00001: is a link out of the folder with the index");
    }

    @Test
    void refusesAnIndexUnderAnotherName() throws IOException {
        Files.copy(Fixtures.path("tensorflow/lone.index"), folder.resolve("weights"));

        assertRefused("weights", "is called weights; its data files are found by its name, which must end in .index");
    }

    @Test
    void refusesATruncatedOrDamagedDataFile() throws IOException {
        copy("named", folder);
        Path data = folder.resolve("named.data-00000-of-00001");
        byte[] bytes = Files.readAllBytes(data);
        bytes[10] ^= 1;
        Files.write(data, bytes);
        assertRefused("named", "is damaged: expected checksum");

        Files.write(data, Arrays.copyOf(bytes, 12));
        assertRefused("named", "of a data file of 12: the file is truncated or another one");
    }

    @Test
    void refusesADamagedBlock() throws IOException {
        byte[] index = Fixtures.bytes("tensorflow/lone.index");
        index[20] ^= 1;

        assertIndexRefused(index, "has checksum");
    }

    @Test
    void refusesACompressedBlock() throws IOException {
        byte[] bytes = Fixtures.bytes("tensorflow/lone.index");
        ByteBuffer index = little(bytes);
        int length = firstBlock(index);
        index.put(length, (byte) 1);
        seal(index, length);

        assertIndexRefused(bytes, "is compressed (type 1)");
    }

    /**
     * The header's entry is the first: three bytes of lengths, no key, and 08 01 1a 02 08 01; the version becomes the
     * order.
     */
    @Test
    void refusesBigEndianTensors() throws IOException {
        byte[] bytes = Fixtures.bytes("tensorflow/lone.index");
        ByteBuffer index = little(bytes);
        int length = firstBlock(index);
        assertThat(index.get(3)).isEqualTo((byte) 0x08);
        index.put(5, (byte) 0x10).put(6, (byte) 1).put(7, (byte) 0x10).put(8, (byte) 1);
        seal(index, length);

        assertIndexRefused(bytes, "header: says that the tensors are big-endian");
    }

    @Test
    void refusesANewerFormat() throws IOException {
        byte[] bytes = Fixtures.bytes("tensorflow/lone.index");
        ByteBuffer index = little(bytes);
        int length = firstBlock(index);
        index.put(7, (byte) 0x10).put(8, (byte) 9);
        seal(index, length);

        assertIndexRefused(bytes, "header: asks for a reader of version 9, this one is 1");
    }

    /** The first block's length: the first after which there is the checksum of what is before. */
    static int firstBlock(ByteBuffer index) {
        for (int length = 1; length < index.capacity() - 53; length++) {
            CRC32C crc = new CRC32C();
            crc.update(index.slice(0, length + 1));
            if (masked(crc) == index.getInt(length + 1)) {
                return length;
            }
        }
        throw new AssertionError("no block ends with its checksum");
    }

    static void seal(ByteBuffer index, int length) {
        CRC32C crc = new CRC32C();
        crc.update(index.slice(0, length + 1));
        index.putInt(length + 1, masked(crc));
    }

    static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int masked(CRC32C crc) {
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    private void assertIndexRefused(byte[] index, String reason) throws IOException {
        copy("lone", folder);
        Files.write(folder.resolve("lone.index"), index);
        assertRefused("lone", reason);
    }

    private void assertRefused(String name, String reason) {
        assertThatThrownBy(() -> CheckpointReader.read(folder.resolve(name)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(reason);
    }

    static void copy(String prefix, Path folder) throws IOException {
        try (Stream<Path> files = Files.list(Fixtures.path("tensorflow"))) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith(prefix + "."))
                    .toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }
}
