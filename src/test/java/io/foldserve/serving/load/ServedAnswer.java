package io.foldserve.serving.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.task.Answer;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.SegmentationAnswer;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.ImageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What a model folder's only variant says of a picture, or why it is refused; and whether that is right. */
record ServedAnswer(Optional<Answer> answer, List<String> problems) {

    /** Loads the model in {@code folder} as the service does, and asks it about {@code picture}. */
    static ServedAnswer of(Path folder, Path picture) throws IOException {
        try {
            ModelManifest manifest = ManifestReader.read(folder);
            try (LoadedVariant loaded =
                    LoadedModels.PIPELINE.load(manifest, manifest.variants().get(0))) {
                VisionTask task = manifest.visionTask();
                var prepared = task.preprocess(task.decode(Files.readAllBytes(picture), new ImageLimits(1_000_000)));
                Answer answer = task.postprocess(
                        loaded.session().shared().run(prepared.inputs()),
                        task.labels().size());
                return new ServedAnswer(Optional.of(answer), List.of());
            }
        } catch (InvalidInputException refused) {
            return new ServedAnswer(Optional.empty(), refused.problems());
        }
    }

    /** Asserts that this is {@code right}: logits, probabilities, a mask's runs, or words of a refusal. */
    void expect(JsonNode right) {
        if (right.has("refused")) {
            assertThat(answer).as("answer").isEmpty();
            right.path("refused")
                    .forEach(word -> assertThat(String.join("\n", problems)).containsPattern("(?i)" + word.asText()));
            return;
        }
        assertThat(problems).isEmpty();
        if (right.has("runs")) {
            expectMask((SegmentationAnswer) answer.orElseThrow(), right);
            return;
        }
        ClassificationAnswer given = (ClassificationAnswer) answer.orElseThrow();
        if (right.has("logits")) {
            double magnitude = numbers(right.path("logits")).stream()
                    .mapToDouble(Math::abs)
                    .max()
                    .orElseThrow();
            double tolerance = right.path("tolerance").asDouble(1e-4) * magnitude;
            expect(given, right.path("logits"), tolerance, ClassificationAnswer.Ranked::logit);
        } else {
            expect(given, right.path("probabilities"), 1e-5, ClassificationAnswer.Ranked::probability);
            if (right.has("scores")) {
                expect(given, right.path("scores"), 1e-4, ClassificationAnswer.Ranked::logit);
            }
        }
    }

    private interface Figure {
        float of(ClassificationAnswer.Ranked ranked);
    }

    private static void expect(ClassificationAnswer given, JsonNode right, double tolerance, Figure figure) {
        assertThat(given.classes()).hasSize(right.size());
        for (ClassificationAnswer.Ranked ranked : given.classes()) {
            assertThat((double) figure.of(ranked))
                    .as(ranked.label())
                    .isEqualTo(right.path(ranked.index()).doubleValue(), within(tolerance));
        }
    }

    private static void expectMask(SegmentationAnswer given, JsonNode right) {
        List<Integer> found = pixels(IntStream.of(given.runs()).boxed().toList());
        List<Integer> expected = new ArrayList<>();
        right.path("runs").forEach(run -> expected.add(run.intValue()));
        List<Integer> wanted = pixels(expected);
        assertThat(found).hasSameSizeAs(wanted);
        long same = IntStream.range(0, wanted.size())
                .filter(pixel -> found.get(pixel).equals(wanted.get(pixel)))
                .count();
        assertThat((double) same / wanted.size())
                .isGreaterThanOrEqualTo(right.path("agree").asDouble(0.995));
    }

    private static List<Integer> pixels(List<Integer> runs) {
        List<Integer> pixels = new ArrayList<>();
        for (int i = 0; i < runs.size(); i += 2) {
            for (int n = 0; n < runs.get(i + 1); n++) {
                pixels.add(runs.get(i));
            }
        }
        return pixels;
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(number -> numbers.add(number.doubleValue()));
        return numbers;
    }
}
