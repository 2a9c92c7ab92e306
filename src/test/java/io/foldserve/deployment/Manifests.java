package io.foldserve.deployment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties.Value;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the deployment's YAML files strictly: a key that the model does not know is an error, and so is a repeated one.
 */
final class Manifests {
    static final Path BASE = Path.of("k8s", "base");
    static final Path COMPONENTS = Path.of("k8s", "components");
    static final Path PROMETHEUS = COMPONENTS.resolve("prometheus");
    static final String KUSTOMIZATION = "kustomization.yaml";

    private static final YAMLMapper MAPPER = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .annotationIntrospector(new NoCatchAll())
            .build();

    private Manifests() {}

    /** The manifests and patches in {@code folder}, without the kustomization that lists them. */
    static List<Path> files(Path folder) {
        return children(folder).stream()
                .filter(file -> file.toString().endsWith(".yaml"))
                .filter(file -> !file.endsWith(KUSTOMIZATION))
                .toList();
    }

    /** The base and every component. */
    static List<Path> folders() {
        return Stream.concat(Stream.of(BASE), children(COMPONENTS).stream()).toList();
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    static JsonNode tree(Path file) {
        try {
            return MAPPER.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " is not valid YAML", e);
        }
    }

    static <T> T parse(JsonNode tree, Class<T> model) {
        try {
            return MAPPER.treeToValue(tree, model);
        } catch (IOException e) {
            throw new UncheckedIOException("not a " + model.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** The models collect unknown keys in a catch-all map, which would hide every misspelt key. */
    private static final class NoCatchAll extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }

        @Override
        public Value findPropertyIgnoralByName(MapperConfig<?> config, Annotated annotated) {
            return Value.empty();
        }
    }
}
