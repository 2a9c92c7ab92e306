package io.foldserve.session;

import static io.foldserve.session.UnpackingDirectoryTest.said;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user is told of a folder that ONNX Runtime's native libraries cannot be loaded from. */
class RuntimeFolderTest {
    private final Path directory;

    RuntimeFolderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void theFolderThatWasNamedIsTheOneThatIsSaid() throws IOException, InterruptedException {
        assertThat(saidOfNamed(directory.resolve("none"))).contains("which is no directory; " + another());
        assertThat(saidOfNamed(directory))
                .contains("which has no file libonnxruntime.so that can be read; " + another());
    }

    @Test
    void whatTheSystemSaysOfALibraryIsPassedOn() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("libonnxruntime.so"), "no library");

        assertThat(saidOfNamed(directory))
                .contains(
                        "which must allow programs to run, and hold the whole files of this version (file too short); "
                                + another());
    }

    @Test
    void aLibraryOfJnaThatIsNotLoadedIsNotTakenForTheRuntimes() throws IOException, InterruptedException {
        assertThat(said(directory, "-Djna.tmpdir=" + directory, "-Djna.nounpack=true", "-Djna.nosys=true"))
                .contains(
                        "ONNX Runtime does not start: JNA's native library, by which its telemetry is switched off, is"
                                + " not loaded from " + directory + "; start java with -Djna.tmpdir=DIRECTORY");
    }

    private String saidOfNamed(Path folder) throws IOException, InterruptedException {
        String said = said(directory, "-Donnxruntime.native.path=" + folder);
        assertThat(said)
                .contains("ONNX Runtime does not start: its native libraries are loaded from " + folder + ", which ")
                .doesNotContain("java.library.path")
                .doesNotContain("\tat ");
        return said;
    }

    private static String another() {
        return "for another directory that holds them start java with -Donnxruntime.native.path=DIRECTORY";
    }
}
