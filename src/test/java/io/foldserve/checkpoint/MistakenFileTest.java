package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.checkpoint.base.FileBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people take for a checkpoint: one line that says what it is and what to do. */
class MistakenFileTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'version https://git-lfs.github.com/spec/v1' | is a Git LFS pointer, not the file it stands for; run: git lfs pull
            '<!DOCTYPE html><html>' | is a web page
            '  <html lang="en">' | is a web page
            '{"metadata": {}, "weight_map": {}}' | is the index of a checkpoint in several parts
            'BZh91AY' | is a bzip2 archive: unpack it and name the checkpoint in it
            'Rar!' | is a RAR archive
            """)
    void saysWhatToDoAboutWhatPeopleTakeForACheckpoint(String content, String reason) {
        RefusalTest.assertRefused(content.getBytes(StandardCharsets.UTF_8), reason);
        assertThatThrownBy(() -> CheckpointReader.read(
                        "file",
                        FileBytes.of(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8))),
                        Optional.empty()))
                .hasMessageNotContaining("read are");
    }

    @Test
    void refusesAGzipFileByName() {
        RefusalTest.assertRefused(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0}, "is a gzip archive: unpack it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model-00002-of-00003.safetensors", "pytorch_model-00001-of-00002.bin"})
    void refusesOnePartOfSeveral(String name, @TempDir Path folder) throws IOException {
        Path part = Files.copy(Fixtures.path("types.safetensors"), folder.resolve(name));

        assertThatThrownBy(() -> CheckpointReader.read(part))
                .hasMessageContaining("is one of several parts of a checkpoint")
                .hasMessageContaining("save_pretrained");
    }

    @Test
    void readsTheOnlyPart(@TempDir Path folder) throws IOException {
        Path part = Files.copy(Fixtures.path("types.safetensors"), folder.resolve("model-00001-of-00001.safetensors"));

        assertThat(CheckpointReader.read(part).find("f32")).isPresent();
    }

    @Test
    void refusesADistributedCheckpointByItsFolderAndByItsFile(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("__0_0.distcp"), new byte[] {1, 2, 3});

        assertThatThrownBy(() -> CheckpointReader.read(file)).hasMessageContaining("dcp_to_torch");
        assertThatThrownBy(() -> CheckpointReader.read(folder)).hasMessageContaining("dcp_to_torch");
    }

    @Test
    void namesTheCheckpointInAZipOfCheckpoints() {
        RefusalTest.assertRefused(
                new StoredZip().add("run/best.pth", new byte[] {1, 2}).bytes(),
                "holds the checkpoint run/best.pth: unpack the archive and name that file");
    }
}
