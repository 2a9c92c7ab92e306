package io.foldserve.http.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.result.Size;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.ModelState;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.serving.parity.ParityCertificate;
import io.foldserve.serving.parity.ParityReport;
import io.foldserve.serving.request.Comparison;
import io.foldserve.serving.request.Comparison.Agreement;
import io.foldserve.serving.request.Comparison.Answered;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.ClassificationAnswer.Ranked;
import io.foldserve.task.TaskKind;
import io.foldserve.task.image.RasterImage;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page makes of states, names and figures that the bundled models do not give. */
@QuarkusTest
class MainPageTest {
    private static final String EVIL = "<script>alert('1')</script>\"><img src=x onerror=alert(2)>{models}";

    private static ModelCard card(ModelState state) {
        String phase = state instanceof ModelState.Loading ? "a: fold" : "";
        return ModelCard.of(new CatalogueEntry("cats", List.of("a", "b"), state), List.of(), phase, served -> {
            throw new AssertionError("no model is served");
        });
    }

    private static String page(List<ModelCard> cards, Optional<ResultView> result, String error) {
        return new MainPage(cards, "cats", List.of(), result, error).render();
    }

    @Test
    void aModelThatLoadsIsBusyAndSaysItsPhase() {
        assertThat(page(List.of(card(new ModelState.Loading())), Optional.empty(), ""))
                .contains("data-state=\"loading\" aria-busy=\"true\"")
                .contains("Loading <strong>a: fold</strong>")
                .contains("Variants: a, b");
    }

    @Test
    void aModelThatFailedSaysEveryProblem() {
        assertThat(page(List.of(card(new ModelState.Failed(List.of("first & worst", EVIL)))), Optional.empty(), ""))
                .contains("<li>first &amp; worst</li>")
                .contains("aria-busy=\"false\"")
                .doesNotContain("<script>alert");
    }

    @Test
    void withoutModelsThereIsNoForm() {
        assertThat(new MainPage(List.of(), "", List.of(), Optional.empty(), "").render())
                .contains("No model answers yet.")
                .contains("There is no model yet.")
                .doesNotContain("<form");
    }

    @Test
    void labelsVariantsAndErrorsAreEscaped() {
        Answered answered = answered(EVIL, true, 0.75f);
        Comparison comparison = comparison(List.of(answered, answered("b", false, 0.5f)));
        assertThat(page(List.of(), Optional.of(ResultView.of(comparison)), EVIL))
                .contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&gt;&lt;img src=x onerror=alert(2)&gt;")
                .doesNotContain("<script>alert")
                .doesNotContain("<img src=x");
    }

    @Test
    void theOthersProbabilityStandsBehindEachBar() {
        ResultView view =
                ResultView.of(comparison(List.of(answered("doconv", false, 0.75f), answered("plain", true, 0.5f))));
        assertThat(view.answers().get(0).bars().get(0))
                .isEqualTo(new AnswerView.Bar(EVIL, "75.0 %", "75.000", "50.000"));
        assertThat(view.answers().get(1).bars().get(0))
                .isEqualTo(new AnswerView.Bar(EVIL, "50.0 %", "50.000", "75.000"));
        assertThat(view.agreements())
                .extracting(ResultView.AgreementView::sentence)
                .containsExactly("doconv and plain give the same class;"
                        + " the largest difference of a probability is 25.0 points.");
    }

    private static Answered answered(String variant, boolean baseline, float probability) {
        return new Answered(
                variant,
                baseline,
                new ClassificationAnswer(
                        List.of(new Ranked(0, EVIL, probability, 1), new Ranked(1, "b", 1 - probability, 0))),
                Map.of());
    }

    private static Comparison comparison(List<Answered> answers) {
        RasterImage picture = RasterImage.of(1, 1, 1, (byte) 0);
        List<Agreement> agreements = List.of(new Agreement("doconv", "plain", true, 0.25, Optional.empty()));
        return new Comparison(
                "cats", TaskKind.CLASSIFICATION, List.of(EVIL, "b"), picture, Map.of(), answers, agreements);
    }

    @ParameterizedTest
    @CsvSource({
        "0.985,1.015,'as fast as plain, within 2 %'",
        "0.98,1.02,'as fast as plain, within 2 %'",
        "0.9,0.97,faster than plain",
        "1.03,1.2,slower than plain",
        "0.97,1.01,'undecided, the interval reaches out of the band of 2 %'",
        "0.9,1.1,'undecided, the interval reaches out of the band of 2 %'",
    })
    void parityIsWhatTheIntervalSays(double low, double high, String verdict) {
        assertThat(ParityWhisker.of(report(low, high)).orElseThrow().verdict()).isEqualTo(verdict);
    }

    @Test
    void theBandIsDrawnAroundTheMiddle() {
        ParityWhisker whisker = ParityWhisker.of(report(0.99, 1.01)).orElseThrow();
        // 400 wide for 0.95 to 1.05.
        assertThat(whisker.bandFrom()).isEqualTo("120.000");
        assertThat(whisker.bandWidth()).isEqualTo("160.000");
        assertThat(whisker.low()).isEqualTo("160.000");
        assertThat(whisker.high()).isEqualTo("240.000");
    }

    @Test
    void aCertificateIsDrawnInPlaceOfWhatWasMeasuredAtLoad() {
        ParityReport measured = report(0.9, 1.2);
        ParityReport certified = new ParityReport(
                "doconv",
                "plain",
                true,
                List.of(),
                measured.variantSize(),
                measured.baselineSize(),
                Optional.empty(),
                measured.latency(),
                Optional.of(new ParityCertificate(1.0, 0.99, 1.01, 0.001, 12, 600, true, true, "")),
                Instant.EPOCH);

        ParityWhisker whisker = ParityWhisker.of(certified).orElseThrow();

        assertThat(whisker.low()).isEqualTo("160.000");
        assertThat(whisker.verdict()).isEqualTo("as fast as plain, within 2 %");
        assertThat(whisker.figures()).isEqualTo("1.000 [0.990, 1.010], the 90 % interval of 12 blocks");
    }

    private static ParityReport report(double low, double high) {
        return new ParityReport(
                "doconv",
                "plain",
                true,
                List.of(),
                new Size(1, 1),
                new Size(1, 1),
                Optional.empty(),
                Optional.of(new LatencyRatio((low + high) / 2, low, high, 100, 1, 1)),
                Optional.empty(),
                Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource({"0,0.0 %", "0.0004,< 0.1 %", "0.0006,0.1 %", "0.9991,99.9 %", "0.9996,> 99.9 %", "1,100.0 %"})
    void aShareIsNeverRoundedToAllOrNothing(double share, String text) {
        assertThat(Texts.percent(share)).isEqualTo(text);
    }
}
