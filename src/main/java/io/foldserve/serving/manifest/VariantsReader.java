package io.foldserve.serving.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.onnx.OnnxReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the {@code variants} section of a manifest. */
final class VariantsReader {
    static final int LARGEST_SHARE = 1_000_000;

    private static final String TRAFFIC = "traffic";
    private static final String ARCHITECTURE = "architecture";

    private final Section section;
    private final FolderFiles files;

    VariantsReader(Section section, FolderFiles files) {
        this.section = section;
        this.files = files;
    }

    /** The variants in the file's order; those with problems are left out. */
    List<VariantManifest> read() {
        Map<String, Section> sections = new LinkedHashMap<>();
        for (String name : section.keys()) {
            if (!ManifestReader.isName(name)) {
                section.problem(name, "expected a variant's name of " + ManifestReader.NAME_RULE);
            }
            section.section(name).ifPresent(declared -> sections.put(name, declared));
        }
        if (section.keys().isEmpty()) {
            section.problem("<name>", "expected at least one variant, found none");
        }
        List<VariantManifest> variants = new ArrayList<>();
        sections.forEach((name, declared) -> variant(name, declared).ifPresent(variants::add));
        checkBaselines(variants);
        checkShares(sections, variants);
        return variants;
    }

    private Optional<VariantManifest> variant(String name, Section declared) {
        Optional<Path> checkpoint = files.file(declared, "checkpoint");
        Optional<String> entry = declared.optionalText("entry", "the key of a state dict in the checkpoint");
        Optional<String> output = declared.optionalText("output", "the name of an output of the ONNX file");
        Optional<Map<String, Object>> architecture = architecture(declared, checkpoint);
        Optional<Integer> traffic = declared.optionalInteger(TRAFFIC, 0, LARGEST_SHARE);
        boolean baseline = declared.flag("baseline");
        declared.refuseOtherKeys();
        if (checkpoint.isEmpty() || architecture.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new VariantManifest(
                name,
                checkpoint.orElseThrow(),
                entry,
                output,
                architecture.orElseThrow(),
                traffic.orElse(1),
                baseline));
    }

    /** By the checkpoint's content: an ONNX file has its network in it, and nothing else has. */
    private static Optional<Map<String, Object>> architecture(Section declared, Optional<Path> checkpoint) {
        if (checkpoint.filter(OnnxReader::recognises).isPresent()) {
            for (String key : List.of("entry", ARCHITECTURE)) {
                if (declared.has(key)) {
                    declared.problem(key, "expected none beside an ONNX file, which has its network in it");
                }
            }
            return declared.has(ARCHITECTURE)
                    ? declared.required(ARCHITECTURE, "none", node -> true).map(YamlTree::plainMap)
                    : Optional.of(Map.of());
        }
        if (checkpoint.isEmpty()) {
            // Whether it needs one is not known; that there is no file was said.
            return declared.optional(ARCHITECTURE, "a mapping", JsonNode::isObject)
                    .map(YamlTree::plainMap);
        }
        if (declared.has("output")) {
            declared.problem("output", "expected none beside a checkpoint, whose architecture has one output");
        }
        return declared.required(
                        ARCHITECTURE, "a mapping such as { name: resnet50, classes: 1000 }", JsonNode::isObject)
                .map(YamlTree::plainMap);
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

    private void checkShares(Map<String, Section> sections, List<VariantManifest> variants) {
        if (sections.values().stream().anyMatch(declared -> declared.has(TRAFFIC))) {
            sections.values().stream()
                    .filter(declared -> !declared.has(TRAFFIC))
                    .forEach(declared ->
                            declared.problem(TRAFFIC, "expected a share in every variant or in none, found none here"));
        }
        boolean complete = variants.size() == section.keys().size() && !variants.isEmpty();
        if (complete && variants.stream().allMatch(variant -> variant.traffic() == 0)) {
            section.problem("*.traffic", "expected shares that sum to more than 0, found only 0");
        }
    }
}
