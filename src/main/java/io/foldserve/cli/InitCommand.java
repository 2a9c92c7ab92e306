package io.foldserve.cli;

import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.manifest.ManifestReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Writes the manifest of a folder that holds a checkpoint: what the checkpoint says, and the answers to what it does
 * not.
 */
@Command(
        name = "init",
        description =
                "Writes model.yaml for the checkpoint in a folder. On a terminal it asks what no checkpoint says; "
                        + "what stays unanswered is a proposal with a question in the file.")
final class InitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "MODEL_DIR", description = "The model's folder, with its checkpoint in it.")
    private Path folder = Path.of("");

    @Option(names = "--checkpoint", paramLabel = "FILE", description = "The checkpoint, if the folder holds several.")
    private Optional<Path> checkpoint = Optional.empty();

    @Option(
            names = "--plain",
            paramLabel = "FILE",
            description = "The checkpoint of the plain network to compare with.")
    private Optional<Path> plain = Optional.empty();

    @Option(names = "--entry", paramLabel = "E", description = "Which state dict of the checkpoint is meant.")
    private Optional<String> entry = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Answers a question: task, labels, width, height, colour, resize, crop, mean, std, "
                    + "<variant>.entry, <variant>.architecture, <variant>.guessed or <variant>.traffic.")
    private Map<String, String> answers = new LinkedHashMap<>();

    @Option(names = "--ask", description = "Asks every open question here; an empty line takes the proposal.")
    private boolean ask;

    private final BufferedReader terminal =
            new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    private final Set<String> asked = new LinkedHashSet<>();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            List<ManifestLine> lines = lines();
            Path manifest = folder.resolve(ManifestReader.FILE);
            byte[] text = lines.stream()
                    .map(line -> line.print() + "\n")
                    .collect(Collectors.joining())
                    .getBytes(StandardCharsets.UTF_8);
            WholeFile.write(manifest, out -> out.write(text));
            spec.commandLine().getOut().printf("%s is written%n", manifest);
            ManifestReader.read(folder);
            return Commands.OK;
        } catch (InvalidInputException e) {
            Commands.print(err, e);
            return Commands.REFUSED;
        }
    }

    private List<ManifestLine> lines() {
        if (!CheckpointFolder.isOne(folder)) {
            String found = Files.isDirectory(folder) ? "one with a model.yaml" : "none there";
            throw new InvalidInputException(
                    folder.toString(), "expected a folder without a model.yaml, found " + found);
        }
        Path file = checkpoint
                .map(this::inFolder)
                .orElseGet(() -> CheckpointFolder.checkpoint(
                        folder, plain.map(this::inFolder).stream().toList()));
        StarterNetwork network = network(file, entry);
        Optional<StarterNetwork> other = plain.map(this::inFolder).map(path -> network(path, Optional.empty()));
        List<ManifestLine> lines = StarterManifest.of(network, other, this::answer);
        answers.keySet().stream()
                .filter(key -> !asked.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new InvalidInputException(
                            "--set " + key, "nothing is asked by this name; known are " + String.join(", ", asked));
                });
        return lines;
    }

    private static StarterNetwork network(Path file, Optional<String> entry) {
        if (OnnxFile.isOne(file)) {
            return StarterNetwork.ofOnnx(file);
        }
        CheckpointFile read = CheckpointFile.read(file, entry);
        if (!read.canDeclare()) {
            throw new InvalidInputException(file.toString(), "no layer of it can be declared");
        }
        return StarterNetwork.of(read);
    }

    /** A file is named as it is seen from here, or by its name in the folder. */
    private Path inFolder(Path file) {
        return Files.exists(file) ? file : folder.resolve(file);
    }

    private ManifestLine answer(ManifestLine line) {
        asked.add(line.key());
        String given = answers.get(line.key());
        if (given != null) {
            return line.answered(given);
        }
        return ask && !line.question().isEmpty() ? asked(line) : line;
    }

    private ManifestLine asked(ManifestLine line) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%s: %s [%s] ", line.key(), line.question(), line.value());
        out.flush();
        try {
            String answer = terminal.readLine();
            return answer == null ? line : line.answered(answer.isBlank() ? line.value() : answer.strip());
        } catch (IOException e) {
            throw new InvalidInputException("the terminal", "cannot be read: " + FileFailure.reason(e));
        }
    }
}
