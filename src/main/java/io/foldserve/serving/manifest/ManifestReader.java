package io.foldserve.serving.manifest;

import io.foldserve.declaration.Section;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.serving.assignment.Experiment;
import io.foldserve.task.Head;
import io.foldserve.task.MaskSize;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.TaskKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a model folder's manifest, {@value #FILE}, and checks it and the files it names. Stateless and thread-safe.
 *
 * <p>Every problem is reported at once, each with its key's path ({@code variants.doconv.traffic}), what was expected
 * and what was found. Checkpoints are not opened here.
 */
public final class ManifestReader {
    /** The manifest's file name in a model's folder. */
    public static final String FILE = "model.yaml";

    /** What a model's or a variant's name may be, in words. */
    public static final String NAME_RULE = ManifestKeys.NAME_RULE;

    private ManifestReader() {}

    /** True when {@code name} can stand in a URL's path and in a metric's tag. */
    public static boolean isName(String name) {
        return ManifestKeys.NAME.matcher(name).matches();
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
        Problems problems = new Problems(file.toString());
        Section root = new Section("", YamlTree.read(file), ManifestKeys.ROOT, problems);
        Optional<ModelManifest> manifest = read(new FolderFiles(folder, linkRoots, problems), folder, root, problems);
        problems.throwIfAny();
        return manifest.orElseThrow();
    }

    private static Optional<ModelManifest> read(FolderFiles files, Path folder, Section root, Problems problems) {
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        if (!isName(name)) {
            problems.add("folder " + name + ": expected a model's name of " + NAME_RULE);
        }
        Optional<TaskKind> task = root.find(ManifestKeys.TASK);
        Optional<Head> head = root.find(ManifestKeys.HEAD);
        List<String> labels =
                files.file(root, ManifestKeys.LABELS).map(files::labels).orElse(List.of());
        Optional<MaskSize> maskSize = root.find(ManifestKeys.MASK_SIZE);
        int before = problems.found().size();
        Optional<Preprocessing> input = root.inside(ManifestKeys.INPUT, ManifestKeys.INPUTS)
                .flatMap(section -> new InputReader(section, problems, before).read());
        Optional<Section> declared = root.names(ManifestKeys.VARIANTS);
        Optional<VariantsReader> reader = declared.map(section -> new VariantsReader(section, files));
        List<VariantManifest> variants = reader.map(VariantsReader::read).orElse(List.of());
        Map<String, Integer> traffic = new LinkedHashMap<>();
        declared.ifPresent(section -> section.declaredKeys().forEach(variant -> traffic.put(variant, 1)));
        variants.forEach(variant -> traffic.put(variant.name(), variant.traffic()));
        Optional<Experiment> experiment = experiment(
                root, traffic, reader.filter(VariantsReader::setTraffic).isPresent());
        if (task.isEmpty() || input.isEmpty() || experiment.isEmpty()) {
            return Optional.empty();
        }
        maskSize.flatMap(size -> size.whyNot(task.orElseThrow(), input.orElseThrow()))
                .ifPresent(why -> problems.add("maskSize: " + why));
        return Optional.of(new ModelManifest(
                name,
                folder.normalize(),
                task.orElseThrow(),
                head,
                labels,
                maskSize.orElse(MaskSize.NETWORK),
                input.orElseThrow(),
                variants,
                experiment.orElseThrow()));
    }

    /** Empty if it has problems, or the variants have. */
    private static Optional<Experiment> experiment(Section root, Map<String, Integer> traffic, boolean setTraffic) {
        if (root.has(ManifestKeys.EXPERIMENT)) {
            Optional<Section> experiment = root.inside(ManifestKeys.EXPERIMENT, ManifestKeys.EXPERIMENTS);
            experiment
                    .filter(section -> setTraffic && section.has(ManifestKeys.SHARES))
                    .ifPresent(section -> section.problem(
                            ManifestKeys.SHARES.name(),
                            "expected shares here or traffic in the variants, found both; leave traffic out of the"
                                    + " variants to deal by these shares, or leave shares out to deal by traffic"));
            return experiment.flatMap(section -> ExperimentReader.read(section, traffic));
        }
        return traffic.values().stream().anyMatch(share -> share > 0)
                ? Optional.of(Experiment.traffic(traffic))
                : Optional.empty();
    }
}
