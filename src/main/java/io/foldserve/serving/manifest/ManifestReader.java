package io.foldserve.serving.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.task.Head;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.TaskKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a model folder's manifest, {@value #FILE}, and checks it and the files it names. Stateless and thread-safe.
 *
 * <p>Every problem is reported at once, each with its key's path ({@code variants.doconv.traffic}), what was expected and
 * what was found. Checkpoints are not opened here.
 */
public final class ManifestReader {
    /** The manifest's file name in a model's folder. */
    public static final String FILE = "model.yaml";

    public static final String NAME_RULE = "1 to 63 letters, digits, '.', '_' or '-', beginning with a letter or digit";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private ManifestReader() {}

    /** True when {@code name} can stand in a URL's path and in a metric's tag. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * The model declared in {@code folder}, all of whose files are in it; see {@link #read(Path, List)}.
     *
     * @throws InvalidInputException with every problem of the manifest and of the files it names
     */
    public static ModelManifest read(Path folder) {
        return read(folder, List.of());
    }

    /**
     * The model declared in {@code folder}.
     *
     * @param linkRoots folders that links in the model's folder may lead into
     * @throws InvalidInputException with every problem of the manifest and of the files it names
     */
    public static ModelManifest read(Path folder, List<Path> linkRoots) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(file.toString(), "expected a model's manifest, found no such file");
        }
        JsonNode root = YamlTree.read(file);
        if (!root.isObject()) {
            throw new InvalidInputException(file.toString(), "expected a mapping, found " + root.getNodeType());
        }
        Problems problems = new Problems(file.toString());
        Optional<ModelManifest> manifest =
                read(new FolderFiles(folder, linkRoots, problems), folder, new Section("", root, problems), problems);
        problems.throwIfAny();
        return manifest.orElseThrow();
    }

    private static Optional<ModelManifest> read(FolderFiles files, Path folder, Section root, Problems problems) {
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        if (!isName(name)) {
            problems.add("folder " + name + ": expected a model's name of " + NAME_RULE);
        }
        Optional<TaskKind> task = root.choice("task", TaskKind.class);
        Optional<Head> head = root.optionalChoice("head", Head.class);
        List<String> labels = files.file(root, "labels").map(files::labels).orElse(List.of());
        Optional<Preprocessing> input = root.section("input").flatMap(section -> InputReader.read(section, problems));
        List<VariantManifest> variants = root.section("variants")
                .map(section -> new VariantsReader(section, files).read())
                .orElse(List.of());
        root.refuseOtherKeys();
        if (task.isEmpty() || input.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ModelManifest(name, task.orElseThrow(), head, labels, input.orElseThrow(), variants));
    }
}
