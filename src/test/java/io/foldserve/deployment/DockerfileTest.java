package io.foldserve.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DockerfileTest {
    private static List<String> lines(String instruction) throws IOException {
        return Files.readAllLines(Path.of("docker", "Dockerfile")).stream()
                .filter(line -> line.startsWith(instruction + " "))
                .toList();
    }

    @Test
    void everyStageIsOfOneBaseThatADigestNames() throws IOException {
        assertThat(lines("ARG")).singleElement().asString().matches("ARG DEBIAN=debian:[a-z0-9-]+@sha256:[0-9a-f]{64}");
        assertThat(lines("FROM")).containsExactly("FROM $DEBIAN AS build", "FROM $DEBIAN");
    }

    @Test
    void theServiceIsNotRoot() throws IOException {
        assertThat(lines("USER")).containsExactly("USER 10001:10001");
        assertThat(lines("ENTRYPOINT")).containsExactly("ENTRYPOINT [\"java\", \"-jar\", \"quarkus-run.jar\"]");
    }
}
