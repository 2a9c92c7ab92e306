package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build leaves a class-data archive beside the jar, and a JVM that is given it reads classes from there. */
class ClassDataArchiveIT {
    private static final Path APPLICATION = Path.of("target", "quarkus-app");
    private static final Path ARCHIVE = APPLICATION.resolve("foldserve.jsa");

    private final Path directory;

    ClassDataArchiveIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Where each class came from that {@code inspect} loaded with {@code option}. */
    private List<String> loaded(String option) throws IOException, InterruptedException {
        Path log = directory.resolve("classes.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        option,
                        "-Xlog:class+load:file=" + log,
                        "-jar",
                        APPLICATION.resolve("quarkus-run.jar").toString(),
                        "inspect",
                        "models/digits")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.log").toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains(" io.foldserve.checkpoint.") && !line.contains("Lambda"))
                .toList();
    }

    @Test
    void classesComeFromTheArchiveThatTheBuildMade() throws IOException, InterruptedException {
        assertThat(ARCHIVE).isRegularFile();

        List<String> classes = loaded("-XX:SharedArchiveFile=" + ARCHIVE);

        assertThat(classes)
                .filteredOn(line -> line.contains("shared objects file (top)"))
                .hasSizeGreaterThan(20);
    }

    @Test
    void anArchiveThatIsNotThereIsNoHindrance() throws IOException, InterruptedException {
        List<String> classes = loaded("-XX:SharedArchiveFile=" + directory.resolve("none.jsa"));

        assertThat(classes).isNotEmpty().noneMatch(line -> line.contains("shared objects file"));
    }
}
