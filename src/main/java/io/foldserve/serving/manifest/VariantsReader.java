package io.foldserve.serving.manifest;

import io.foldserve.architecture.Declaration;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Section;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.problem.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the {@code variants} section of a manifest, whose keys {@link ManifestKeys} describes. */
final class VariantsReader {
    private final Section section;
    private final FolderFiles files;
    private boolean setTraffic;

    /** Reads {@code section}, whose keys are the variants' names. */
    VariantsReader(Section section, FolderFiles files) {
        this.section = section;
        this.files = files;
    }

    /** The variants in the file's order; those with problems are left out. */
    List<VariantManifest> read() {
        Map<String, Section> sections = new LinkedHashMap<>();
        List<String> names = section.declaredKeys();
        for (String name : names) {
            if (!ManifestReader.isName(name)) {
                section.problem(name, "expected a variant's name of " + ManifestReader.NAME_RULE);
            }
            section.named(name, ManifestKeys.VARIANT).ifPresent(declared -> sections.put(name, declared));
        }
        if (names.isEmpty()) {
            section.problem("<name>", "expected at least one variant, found none");
        }
        List<VariantManifest> variants = new ArrayList<>();
        sections.forEach((name, declared) -> variant(name, declared).ifPresent(variants::add));
        checkBaselines(variants);
        checkShares(sections, variants);
        return variants;
    }

    private Optional<VariantManifest> variant(String name, Section declared) {
        Optional<Path> checkpoint = files.file(declared, ManifestKeys.CHECKPOINT);
        Optional<CheckpointSource> source =
                checkpoint.flatMap(file -> OnnxReader.recognises(file) ? onnxFile(declared) : training(declared));
        if (checkpoint.isEmpty()) {
            // Whether it needs an architecture is not known, but one that is there is read for its problems.
            declared.find(ManifestKeys.ARCHITECTURE).ifPresent(architecture -> declaration(architecture, declared));
        }
        int traffic = declared.read(ManifestKeys.TRAFFIC);
        boolean baseline = declared.read(ManifestKeys.BASELINE);
        return checkpoint.flatMap(
                file -> source.map(found -> new VariantManifest(name, file, found, traffic, baseline)));
    }

    private static Optional<CheckpointSource> onnxFile(Section declared) {
        for (Key<?> key : List.of(ManifestKeys.ENTRY, ManifestKeys.ARCHITECTURE)) {
            if (declared.has(key)) {
                declared.problem(key.name(), "expected none beside an ONNX file, which has its network in it");
            }
        }
        return Optional.of(new CheckpointSource.OnnxFile(declared.find(ManifestKeys.OUTPUT)));
    }

    private static Optional<CheckpointSource> training(Section declared) {
        if (declared.has(ManifestKeys.OUTPUT)) {
            declared.problem(
                    ManifestKeys.OUTPUT.name(), "expected none beside a checkpoint, whose architecture has one output");
        }
        Optional<String> entry = declared.find(ManifestKeys.ENTRY);
        return declared.demand(ManifestKeys.ARCHITECTURE)
                .flatMap(architecture -> declaration(architecture, declared))
                .map(declaration -> new CheckpointSource.Training(entry, declaration));
    }

    /** Read before any checkpoint is opened, so that its problems stand beside those of the rest of the file. */
    private static Optional<Declaration> declaration(Map<?, ?> architecture, Section declared) {
        Map<String, Object> options = new LinkedHashMap<>();
        architecture.forEach((key, value) -> options.put(String.valueOf(key), value));
        try {
            return Optional.of(Declaration.of(options));
        } catch (InvalidInputException e) {
            e.problems().forEach(problem -> declared.problem(ManifestKeys.ARCHITECTURE, problem));
            return Optional.empty();
        }
    }

    private void checkBaselines(List<VariantManifest> variants) {
        List<String> baselines = variants.stream()
                .filter(VariantManifest::baseline)
                .map(VariantManifest::name)
                .toList();
        baselines.stream()
                .skip(1)
                .forEach(name -> section.problem(
                        name + ".baseline", "expected at most one baseline, found also " + baselines.get(0)));
    }

    /** True if the file sets the variants' shares of the traffic; known once they were {@link #read()}. */
    boolean setTraffic() {
        return setTraffic;
    }

    private void checkShares(Map<String, Section> sections, List<VariantManifest> variants) {
        Key<Integer> traffic = ManifestKeys.TRAFFIC;
        setTraffic = sections.values().stream().anyMatch(declared -> declared.has(traffic));
        if (setTraffic) {
            sections.values().stream()
                    .filter(declared -> !declared.has(traffic) && !declared.isMisspelt(traffic))
                    .forEach(declared -> declared.problem(
                            traffic.name(), "expected a share in every variant or in none, found none here"));
        }
        boolean complete = variants.size() == section.declaredKeys().size() && !variants.isEmpty();
        if (complete && variants.stream().allMatch(variant -> variant.traffic() == 0)) {
            section.problem("*." + traffic.name(), "expected shares that sum to more than 0, found only 0");
        }
    }
}
