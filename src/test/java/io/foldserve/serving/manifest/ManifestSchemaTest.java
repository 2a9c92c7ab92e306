package io.foldserve.serving.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.foldserve.architecture.ArchitectureKeys;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema says of a manifest what the reader says, and the documents say what the schema says. */
class ManifestSchemaTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static final JsonSchema SCHEMA = SCHEMAS.getSchema(ManifestSchema.json());

    private static List<String> problems(JsonNode manifest) {
        return SCHEMA.validate(manifest).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    @Test
    void theCheckedInSchemaAndPageAreThoseOfTheKeys() throws IOException {
        assertThat(Files.readString(ManifestDocuments.SCHEMA)).isEqualTo(ManifestSchema.json());
        assertThat(Files.readString(ManifestDocuments.PAGE)).isEqualTo(ManifestDocuments.page());
    }

    @Test
    void theSchemaIsAValidOneOfItsDialect() throws IOException {
        JsonSchema dialect = SCHEMAS.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(dialect.validate(new ObjectMapper().readTree(ManifestSchema.json())))
                .isEmpty();
    }

    @Test
    void everyBundledManifestSatisfiesTheSchema() throws IOException {
        try (Stream<Path> models = Files.list(Path.of("models"))) {
            List<Path> manifests = models.map(folder -> folder.resolve(ManifestReader.FILE))
                    .filter(Files::isRegularFile)
                    .toList();
            assertThat(manifests).isNotEmpty();
            for (Path manifest : manifests) {
                assertThat(problems(YAML.readTree(Files.readString(manifest))))
                        .as(manifest.toString())
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ name: ResNet50 }",
                "{ name: mobilenet_v2, multiplier: 0.5 }",
                "{ name: unet, bilinear: true, bnEpsilon: 1e-3 }",
                "{ name: deeplabv3plus-resnet50, outputStride: 8 }",
                "{ layers: [relu] }",
                "{ layers: [{ conv: { out: 8, kernel: [1, 3], padding: same, bias: false } }, { relu: {} }] }",
                "{ layers: [{ maxPool: { kernel: 2, stride: 2 } }], prefix: features.body, channels: 1 }"
            })
    void anArchitectureThatIsReadSatisfiesTheSchema(String architecture, @TempDir Path parent) throws IOException {
        ModelFolder folder = new ModelFolder(parent).replace("{ name: cifar-resnet20, classes: 3 }", architecture);

        assertThat(folder.problems()).isEmpty();
        assertThat(problems(manifest(folder))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            task: classification | task: guessing
            task: classification | kind: classification
            labels: labels.txt | labels: [a, b]
            width: 8 | width: 0
            width: 8 | width: wide
            colour: rgb | color: rgb
            mean: [0.5, 0.4, 0.3] | mean: 0.5
            { shorterSide: 9 } | { shorterSide: 9, width: 3 }
            { shorterSide: 9 } | { width: 9 }
            crop: center | crop: center, scale: 0
            traffic: 90 | traffic: -1
            baseline: true | baseline: 1
            traffic: 90 | trafic: 90
            doconv: { | do conv: {
            classes: 3 | clases: 3
            classes: 3 | width: wide
            name: cifar-resnet20 | name: resnet17
            name: cifar-resnet20, classes: 3 | layers: relu
            name: cifar-resnet20, classes: 3 | layers: [gelu]
            name: cifar-resnet20, classes: 3 | layers: [conv]
            name: cifar-resnet20, classes: 3 | layers: [{ conv: { out: 1, kernel: [1, 2, 3] } }]
            name: cifar-resnet20, classes: 3 | layers: [{ relu: {}, flatten: {} }]
            name: cifar-resnet20, classes: 3 | layers: [relu], prefix: a/b
            """)
    void whatTheReaderRefusesForOneValueTheSchemaRefusesToo(String old, String replacement, @TempDir Path parent)
            throws IOException {
        ModelFolder folder = new ModelFolder(parent);
        assertThat(problems(manifest(folder))).isEmpty();

        folder.replace(old, replacement);

        assertThat(folder.problems()).isNotEmpty();
        assertThat(problems(manifest(folder))).isNotEmpty();
    }

    /** Where in the good manifest a mapping of keys stands. */
    record Place(String path, Keys keys) {
        @Override
        public String toString() {
            return path;
        }
    }

    static Stream<Place> places() {
        return Stream.of(
                new Place("", ManifestKeys.ROOT),
                new Place("/input", ManifestKeys.INPUTS.forms().get(0)),
                new Place("/input/resize", ManifestKeys.RESIZES.forms().get(0)),
                new Place("/variants/doconv", ManifestKeys.VARIANT.forms().get(0)),
                new Place("/experiment", ManifestKeys.EXPERIMENTS.forms().get(0)),
                new Place("/experiment/shadow", ManifestKeys.SHADOWS.forms().get(0)));
    }

    @ParameterizedTest
    @MethodSource("places")
    void theReaderAsksForEveryKeyThatTheSchemaHas(Place place, @TempDir Path parent) throws IOException {
        ModelFolder folder = new ModelFolder(parent);
        JsonNode good = manifest(folder);
        for (Key<?> key : place.keys().all()) {
            JsonNode broken = good.deepCopy();
            ((ObjectNode) broken.at(place.path())).putNull(key.name());
            folder.write(ManifestReader.FILE, YAML.writeValueAsString(broken));

            String path = (place.path() + "/" + key.name()).substring(1).replace('/', '.');
            assertThat(folder.problems()).anyMatch(problem -> problem.startsWith(path + ": expected"));
        }
    }

    @Test
    void everyExampleOfAKeyIsOneOfItsValues() throws IOException {
        List<Keys> all = new ArrayList<>(ArchitectureKeys.byNames().values());
        all.addAll(ArchitectureKeys.byLayerKind().values());
        all.add(ArchitectureKeys.ofLayers());
        places().map(Place::keys).forEach(all::add);
        all.add(ManifestKeys.RESIZES.forms().get(1));
        for (Keys keys : all) {
            for (Key<?> key : keys.all()) {
                Object example = YAML.readValue(key.example(), Object.class);
                assertThat((Optional<?>) key.type().parse(example))
                        .as(key.name() + ": " + key.example())
                        .isPresent();
            }
        }
    }

    private static JsonNode manifest(ModelFolder folder) throws IOException {
        return YAML.readTree(Files.readString(folder.path().resolve(ManifestReader.FILE)));
    }
}
