package io.foldserve.serving.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.assignment.UnitLookup;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.comparison.Figure;
import io.foldserve.serving.experiment.AnsweredRequest.AnsweredPicture;
import io.foldserve.serving.load.LoadedModels;
import io.foldserve.serving.meter.ExperimentMeters;
import io.foldserve.serving.meter.MeterName;
import io.foldserve.serving.meter.Stage;
import io.foldserve.serving.store.ExperimentStore;
import io.foldserve.serving.store.StoreAddress;
import io.foldserve.serving.store.StoreException;
import io.foldserve.statistics.Verdict;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the bundled digits, whose variants both know a 3. */
class ExperimentsTest {
    private static final Path THREE = Path.of("models/digits/samples/digit-3.png");
    private static final String UNKNOWN = "a".repeat(28);
    private static final Map<String, Object> SHADOWED =
            Map.of("name", "e", "salt", "1", "shadow", Map.of("sample", 1), "margin", 0.05);

    private static Catalogue catalogue;
    private static byte[] picture;

    private Path data;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicInteger requests = new AtomicInteger();
    private Experiments experiments;
    private ServedModel model;

    @BeforeAll
    static void load(@TempDir Path models) throws IOException {
        LoadedModels.copy("digits", models, "digits");
        catalogue = LoadedModels.load(models);
        picture = Files.readAllBytes(THREE);
    }

    @AfterAll
    static void unload() {
        catalogue.close();
    }

    @BeforeEach
    void begin(@TempDir Path directory) {
        data = directory;
        model = catalogue.expect("digits").expectServed();
        model.deal(model.declaredExperiment());
        experiments = open(data);
    }

    @AfterEach
    void close() {
        experiments.close();
    }

    private Experiments open(Path directory) {
        return new Experiments(
                catalogue,
                new ExperimentMeters(registry),
                new ExperimentStore(StoreAddress.embedded(directory)),
                1000,
                requests::get);
    }

    /** Answers the picture as the service does, and returns the answer's id. */
    private String answer() {
        return answer(1).get(0);
    }

    /** Answers one request with the picture {@code times} over, and returns the answers' ids. */
    private List<String> answer(int times) {
        RasterImage decoded = model.task().decode(picture, new ImageLimits(1_000_000));
        PreparedImage image = model.task().preprocess(decoded);
        Dealt dealt = model.deal(UnitLookup.NOTHING);
        Map<String, Tensor> outputs =
                model.expectVariant(dealt.variant()).session().shared().run(image.inputs());
        List<AnsweredPicture> pictures = Stream.generate(experiments::nextId)
                .limit(times)
                .map(id -> new AnsweredPicture(
                        id,
                        decoded.width(),
                        decoded.height(),
                        model.task().postprocess(outputs, 5),
                        Map.of(Stage.INFER, 2_000_000L)))
                .toList();
        experiments.answered(new AnsweredRequest(model, dealt, pictures));
        pictures.forEach(one -> experiments.seen(one.id(), model, dealt, new SeenPicture.Prepared(image)));
        return pictures.stream().map(AnsweredPicture::id).toList();
    }

    private double counter(MeterName name, String... tags) {
        return registry.get(name.id()).tags(tags).counter().count();
    }

    private void awaitPairs(long pairs) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            Figure agreement =
                    experiments.report(model).pairs().get(0).figures().get("agreement");
            if (agreement != null && agreement.n() >= pairs) {
                return;
            }
            Thread.sleep(25);
        }
        throw new AssertionError("no pairs: " + experiments.report(model));
    }

    @Test
    void anAnswerCountsForItsVariantWithItsTimes() {
        answer();
        answer();
        ExperimentReport report = experiments.report(model);

        assertThat(report.assignment().requests().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(2);
        assertThat(report.countedBy()).isEqualTo("all");
        assertThat(report.declared()).isFalse();
        assertThat(report.variants())
                .filteredOn(variant -> !variant.latency().isEmpty())
                .allSatisfy(variant -> assertThat(
                                Objects.requireNonNull(variant.latency().get("infer"))
                                        .p50())
                        .isCloseTo(2, within(0.04)));
        assertThat(report.verdict())
                .isEqualTo("undecided: there is no feedback yet on answers of both doconv and baseline");
    }

    @Test
    void aRequestOfSeveralPicturesIsDealtOnceAndTakesFeedbackOnEach() {
        List<String> ids = answer(3);
        FeedbackResult said = experiments.feedback(
                model, ids.stream().map(id -> new FeedbackItem(id, "3")).toList());
        ExperimentReport report = experiments.report(model);

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(report.assignment().sampleRatio().n()).isEqualTo(1);
        assertThat(said.counted()).isEqualTo(3);
        assertThat(report.variants())
                .filteredOn(variant -> variant.accuracy().isPresent())
                .singleElement()
                .satisfies(variant ->
                        assertThat(variant.accuracy().orElseThrow().n()).isEqualTo(3));
    }

    @Test
    void whatANetworkTakesIsShadowedOnceTheVariantsCanRunItAtOnce() throws InterruptedException {
        experiments.declare(model, SHADOWED);
        Dealt dealt = model.deal(UnitLookup.NOTHING);
        Tensor image = Tensor.ofFloats(Shape.of(1, 1, 32, 32), new float[32 * 32]);
        experiments.seen(answer(), model, dealt, new SeenPicture.Normalised(image));
        awaitPairs(1);
        awaitShadows("dropped", 1);
        for (LoadedVariant variant : model.variants()) {
            variant.normalised().run(image);
        }
        experiments.seen(answer(), model, dealt, new SeenPicture.Normalised(image));

        awaitShadows("run", 3);
    }

    private void awaitShadows(String outcome, double runs) throws InterruptedException {
        for (int i = 0; i < 200 && shadows(outcome) < runs; i++) {
            Thread.sleep(25);
        }
        assertThat(shadows(outcome)).isEqualTo(runs);
    }

    private double shadows(String outcome) {
        return registry.find(MeterName.SHADOW.id()).tag("outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void feedbackIsCountedOnceAndWhatIsUnknownIsNamed() {
        String id = answer();
        FeedbackResult first = experiments.feedback(
                model,
                List.of(
                        new FeedbackItem(id, "3"),
                        new FeedbackItem("nonsense", "3"),
                        new FeedbackItem(UNKNOWN, "3"),
                        new FeedbackItem(id, "eleven")));

        assertThat(first.counted()).isEqualTo(1);
        assertThat(first.refused())
                .containsExactly(
                        new FeedbackResult.Refused("nonsense", "unknown: no answer has such an id"),
                        new FeedbackResult.Refused(UNKNOWN, "unknown, or no longer kept"),
                        new FeedbackResult.Refused(
                                id, "expected one of the model's labels or an index below 10, found 'eleven'"));

        FeedbackResult again =
                experiments.feedback(model, List.of(new FeedbackItem(id, "3"), new FeedbackItem(id, "4")));
        assertThat(again.counted()).isZero();
        assertThat(again.repeated()).isEqualTo(1);
        assertThat(again.refused())
                .containsExactly(new FeedbackResult.Refused(
                        id, "was said to be something else before; the first feedback stands"));
        assertThat(experiments.report(model).variants())
                .filteredOn(variant -> variant.accuracy().isPresent())
                .singleElement()
                .satisfies(variant ->
                        assertThat(variant.accuracy().orElseThrow().n()).isEqualTo(1));
    }

    @Test
    void aShadowRunPairsTheVariantsOnTheSamePicture() throws InterruptedException {
        experiments.declare(model, SHADOWED);
        String id = answer();
        awaitPairs(1);
        experiments.feedback(model, List.of(new FeedbackItem(id, "3")));
        ExperimentReport.Pair pair = experiments.report(model).pairs().get(0);

        assertThat(pair.variant()).isEqualTo("doconv");
        assertThat(pair.baseline()).isEqualTo("baseline");
        assertThat(Objects.requireNonNull(pair.figures().get("agreement")).value())
                .isEqualTo(1);
        assertThat(Objects.requireNonNull(pair.figures().get("latencyRatio")).n())
                .isEqualTo(1);
        assertThat(pair.table().both()).isEqualTo(1);
        assertThat(pair.outcome()).isEqualTo(Verdict.Outcome.UNDECIDED);
        assertThat(counter(MeterName.PAIR, "variant", "doconv", "baseline", "baseline", "agree", "true"))
                .isEqualTo(1);
        assertThat(counter(MeterName.FEEDBACK_PAIR, "variant", "doconv", "cell", "both"))
                .isEqualTo(1);
        assertThat(experiments.disagreements(model).recent()).isEmpty();
    }

    @Test
    void feedbackThatComesBeforeTheShadowRunStillMakesAPair() throws InterruptedException {
        experiments.declare(model, SHADOWED);
        requests.set(1);
        String id = answer();
        experiments.feedback(model, List.of(new FeedbackItem(id, "3")));
        requests.set(0);
        awaitPairs(1);

        assertThat(experiments.report(model).pairs().get(0).table().both()).isEqualTo(1);
    }

    @Test
    void noShadowRunBeginsWhileARequestIsThereAndItIsDropped() throws InterruptedException {
        experiments.declare(model, SHADOWED);
        requests.set(1);
        answer();
        for (int i = 0; i < 200 && registry.find(MeterName.SHADOW.id()).counter() == null; i++) {
            Thread.sleep(25);
        }

        assertThat(registry.find(MeterName.SHADOW.id()).counters())
                .singleElement()
                .satisfies(counter -> {
                    assertThat(counter.getId().getTag("outcome")).isEqualTo("dropped");
                    assertThat(counter.count()).isEqualTo(1);
                });
        assertThat(experiments.report(model).pairs().get(0).figures()).isEmpty();
    }

    @Test
    void whatWasDeclaredAtRunTimeOutlivesTheProcess() {
        experiments.declare(model, Map.of("name", "e", "shares", Map.of("doconv", 1)));
        assertThat(model.deal(UnitLookup.NOTHING).variant()).isEqualTo("doconv");
        experiments.close();
        model.deal(model.declaredExperiment());

        experiments = open(data);
        experiments.loaded(model);

        assertThat(model.experiment().name()).isEqualTo("e");
        assertThat(model.experiment().shares()).isEqualTo(Map.of("doconv", 1, "baseline", 0));
    }

    @Test
    void aDeclarationWithProblemsChangesNothing() {
        assertThatThrownBy(() -> experiments.declare(model, Map.of("name", "e", "shares", Map.of("nobody", 1))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("shares.nobody: expected one of the variants [doconv, baseline]");
        assertThat(model.experiment().isDeclared()).isFalse();
    }

    @Test
    void countsOutliveTheProcessAndAddUp() {
        answer();
        experiments.close();
        experiments = open(data);
        answer();

        assertThat(experiments.report(model).assignment().requests().values()).satisfies(counts -> assertThat(
                        counts.stream().mapToLong(Long::longValue).sum())
                .isEqualTo(2));
    }

    @Test
    void withoutItsStoreTheProcessCountsForItselfAndRefusesFeedback() throws IOException {
        experiments.close();
        Path occupied = Files.createFile(data.resolve("occupied"));
        experiments = open(occupied);
        String id = answer();

        assertThat(experiments.report(model).countedBy()).isEqualTo("this");
        assertThat(experiments.report(model).assignment().sampleRatio().n()).isEqualTo(1);
        assertThatThrownBy(() -> experiments.feedback(model, List.of(new FeedbackItem(id, "3"))))
                .isInstanceOf(StoreException.class)
                .hasMessage("the store of experiments cannot be reached");

        Files.delete(occupied);
        assertThat(feedbackOnceTheStoreIsBack(id).counted()).isEqualTo(1);
        assertThat(experiments.report(model).countedBy()).isEqualTo("all");
        assertThat(experiments.report(model).assignment().sampleRatio().n()).isEqualTo(1);
    }

    private FeedbackResult feedbackOnceTheStoreIsBack(String id) {
        for (int attempt = 1; ; attempt++) {
            try {
                return experiments.feedback(model, List.of(new FeedbackItem(id, "3")));
            } catch (StoreException gone) {
                if (attempt == 10) {
                    throw gone;
                }
            }
        }
    }

    @Test
    void aStickySplitIsCheckedByItsUnits() {
        experiments.declare(model, Map.of("name", "e", "unit", "header:X-User-Id"));
        assertThat(experiments.report(model).assignment().isBroken()).isFalse();
        assertThat(experiments.report(model).assignment().units()).containsOnlyKeys("doconv", "baseline");
    }
}
