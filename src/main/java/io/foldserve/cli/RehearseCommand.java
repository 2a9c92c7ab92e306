package io.foldserve.cli;

import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.session.NativeLibraries;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Serves for as long as a request to each model takes, so that a JVM can archive the classes of a start. */
@Command(
        name = "rehearse",
        description = "Serves models on a free port of this machine, has one picture of each answered, and ends. With"
                + " java -XX:ArchiveClassesAtExit=FILE, later starts with -XX:SharedArchiveFile=FILE are faster.")
final class RehearseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "MODEL", description = "A model's folder, or a directory with several.")
    private Path input = Path.of("models");

    @Override
    public Integer call() {
        try {
            LoadOptions.folders(input);
            configure(temporary());
        } catch (InvalidInputException e) {
            Commands.print(spec.commandLine().getErr(), e);
            return Commands.REFUSED;
        }
        unpackLibraries();
        Quarkus.run(Rehearsal.class, input.toString());
        return Commands.OK;
    }

    /** Without them beside the jar a start is slower, and nothing else. */
    private void unpackLibraries() {
        try {
            NativeLibraries.besideTheJar().unpack();
        } catch (IOException failure) {
            spec.commandLine()
                    .getErr()
                    .println("rehearsal: the native libraries cannot be unpacked: " + FileFailure.reason(failure));
        }
    }

    private void configure(Path data) {
        // It is not for its answers: nothing that it measures or counts is kept.
        Map.of(
                        "quarkus.http.host", "127.0.0.1",
                        "quarkus.http.port", "0",
                        "quarkus.log.level", "WARN",
                        "quarkus.shutdown.delay", "0S",
                        "foldserve.models", input.toString(),
                        "foldserve.data", data.toString(),
                        "foldserve.fold.timing", "false",
                        "foldserve.parity.at-load", "50ms",
                        "foldserve.parity.certificate", "0s")
                .forEach(System::setProperty);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("foldserve");
        } catch (IOException e) {
            throw new InvalidInputException(
                    System.getProperty("java.io.tmpdir"),
                    "a temporary directory cannot be made: " + FileFailure.reason(e));
        }
    }
}
