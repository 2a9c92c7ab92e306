package io.foldserve.serving.manifest;

import io.foldserve.architecture.ArchitectureKeys;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.MappingType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is checked in of the manifest's keys: the JSON Schema, and the page that documents them. A change of the keys
 * renews both:
 *
 * <pre>{@code
 * mvn -B -q -Pbenchmark test-compile exec:exec@benchmark -Dbenchmark=io.foldserve.serving.manifest.ManifestDocuments
 * }</pre>
 */
final class ManifestDocuments {
    static final Path SCHEMA = Path.of("models/model.schema.json");
    static final Path PAGE = Path.of("src/site/markdown/manifest.md");

    private static final String INTRODUCTION = """
            # model.yaml, key by key

            A model is a folder with a `model.yaml` and the files that it names. Every key is listed here; any other is
            refused, with the one that was probably meant. All problems of a file are reported at once, before a
            checkpoint is opened.

            The same keys as a JSON Schema (draft 2020-12), for editors and checks before a deployment:
            `models/model.schema.json`, and `GET /v1/schema/model.json` of a running service. An editor with a YAML
            language server takes it from a first line `# yaml-language-server: $schema=../model.schema.json`.

            ```yaml
            task: classification
            labels: labels.txt
            input:
              { width: 224, height: 224, resize: { shorterSide: 256 }, crop: center,
                mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
            variants:
              doconv:
                { checkpoint: resnet50-doconv.pth, architecture: { name: resnet50 }, traffic: 90 }
              baseline:
                { checkpoint: resnet50.safetensors, architecture: { name: resnet50 }, traffic: 10, baseline: true }
            ```

            This page is generated from the reader's own table of keys.
            """;

    private ManifestDocuments() {}

    /** Writes both files. */
    public static void main(String[] arguments) throws IOException {
        Files.writeString(SCHEMA, ManifestSchema.json());
        Files.writeString(PAGE, page());
    }

    /** The page. */
    static String page() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        section(page, "## The model", ManifestKeys.ROOT);
        section(page, "## `input`", ManifestKeys.INPUTS);
        section(page, "### `input.resize`", ManifestKeys.RESIZES);
        section(page, "## `variants.<name>`", ManifestKeys.VARIANT);
        section(page, "## `experiment`", ManifestKeys.EXPERIMENTS);
        section(page, "### `experiment.shadow`", ManifestKeys.SHADOWS);
        page.append("\n## `variants.<name>.architecture`\n\nA named architecture, or a list of layers. ")
                .append("Case, dashes and underscores of a name do not matter.\n");
        section(page, "### Every named architecture", ArchitectureKeys.common());
        ArchitectureKeys.byNames()
                .forEach((names, keys) -> section(page, "### `" + String.join("`, `", names) + "`", own(keys)));
        section(page, "### A list of layers", ArchitectureKeys.ofLayers());
        ArchitectureKeys.byLayerKind().forEach((kind, keys) -> section(page, "#### `layers[…]." + kind + "`", keys));
        return page.toString();
    }

    private static Keys own(Keys keys) {
        return new Keys(keys.all().stream()
                .filter(key -> !ArchitectureKeys.common().all().contains(key))
                .toList());
    }

    private static void section(StringBuilder page, String heading, MappingType type) {
        List<Key<?>> keys = new ArrayList<>();
        type.forms().forEach(form -> keys.addAll(form.all()));
        section(page, heading, new Keys(keys));
    }

    private static void section(StringBuilder page, String heading, Keys keys) {
        page.append('\n')
                .append(heading)
                .append("\n\n| key | takes | left out | meaning | example |\n| --- | --- | --- | --- | --- |\n");
        keys.all()
                .forEach(key -> page.append("| `%s` | %s | %s | %s | `%s` |\n"
                        .formatted(key.name(), key.type().expected(), key.whenAbsent(), key.meaning(), key.example())));
    }
}
