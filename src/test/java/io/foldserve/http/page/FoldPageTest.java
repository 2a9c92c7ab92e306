package io.foldserve.http.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.FoldStep;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.NodeReport;
import io.foldserve.fold.result.Size;
import io.foldserve.serving.catalogue.ProofResult;
import io.foldserve.serving.catalogue.VariantFacts;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the page makes of reports that the bundled models do not give. */
@QuarkusTest
class FoldPageTest {
    private static final String EVIL = "<script>alert('1')</script>\"><img src=x onerror=alert(2)>{facts}&amp;";
    private static final String HARMLESS = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&gt;&lt;img src=x "
            + "onerror=alert(2)&gt;{facts}&amp;amp;";

    private static NodeReport conv(String name, int stride) {
        return new NodeReport(
                name,
                "Conv",
                List.of(4, 2, 3, 3),
                List.of(stride, stride),
                List.of(2, 2),
                List.of(1, 0, 1, 0),
                2,
                Optional.of(List.of(1, 4, 5, 5)));
    }

    private static NodeReport node(String name, String operator) {
        return new NodeReport(name, operator, List.of(), List.of(), List.of(), List.of(), 1, Optional.empty());
    }

    private static LayerReport layer(String name, List<String> rules, List<String> keys, LayerErrors errors) {
        return new LayerReport(
                name,
                "Conv",
                rules,
                Optional.empty(),
                List.of(4, 2, 3, 3),
                List.of(4, 2, 3, 3),
                2,
                new Size(3000, 9000),
                new Size(1000, 9000),
                1e-6,
                List.of(1e-3, 1e-3),
                keys,
                Optional.empty(),
                Optional.of(errors));
    }

    private static String page(List<FoldStep> steps, List<LayerReport> layers, List<Declined> declined, String text) {
        FoldReport report = new FoldReport(steps, layers, declined, new Size(3000, 9000), new Size(1000, 9000));
        VariantFacts facts = new VariantFacts(
                text,
                text,
                List.of(text),
                new Size(1, 1),
                new Size(1, 1),
                new ProofResult(4, 1e-7, 1e-7, 2e-5),
                Map.of());
        return FoldPage.of(text, text, facts, report).render();
    }

    @Test
    void escapesEveryNameThatAFileCanBring() {
        LayerErrors errors =
                new LayerErrors(new LayerErrors.Region(0, 0, 0), new LayerErrors.Region(2, 2.5e-16, 3.5e-8), 4, 1.25);
        NodeReport evil =
                new NodeReport(EVIL, EVIL, List.of(4, 2, 3, 3), List.of(), List.of(), List.of(), 1, Optional.empty());
        FoldStep step = new FoldStep(List.of(node(EVIL, EVIL)), List.of(node("other", EVIL), evil), List.of(evil));
        String page = page(
                List.of(step),
                List.of(layer(EVIL, List.of(EVIL), List.of(EVIL), errors)),
                List.of(new Declined(EVIL, EVIL, EVIL), new Declined("nowhere" + EVIL, EVIL, EVIL)),
                EVIL);

        assertThat(page).doesNotContain("<script", "<img", "facts=").contains(HARMLESS);
        assertThat(page.split("onerror=", -1)).hasSizeGreaterThan(15);
        assertThat(page.split("&lt;img src=x onerror=", -1)).hasSameSizeAs(page.split("onerror=", -1));
    }

    @Test
    void setsWhatWasTrainedBesideWhatIsServed() {
        LayerErrors errors =
                new LayerErrors(new LayerErrors.Region(0, 0, 0), new LayerErrors.Region(2, 2.5e-16, 3.5e-8), 4, 1.25);
        FoldStep folded =
                new FoldStep(List.of(), List.of(conv("a", 2), node("bn", "BatchNormalization")), List.of(conv("a", 2)));
        FoldStep out = new FoldStep(List.of(), List.of(node("drop", "Dropout")), List.of());
        FoldStep plain = new FoldStep(List.of(), List.of(node("relu", "Relu")), List.of(node("relu", "Relu")));
        String page = page(
                List.of(folded, out, plain),
                List.of(layer("a", List.of("batch-norm"), List.of("a.weight"), errors)),
                List.of(new Declined("relu", "sequence", "Relu relu is no convolution.")),
                "net");

        assertThat(page)
                .contains("4×2×3×3, stride 2, pads 1 0 1 0, groups 2, dilation 2")
                .contains("→ 1×4×5×5")
                .contains("<code class=\"path\">bn</code>")
                .contains("<span class=\"rule\">batch-norm</span>")
                .contains("<th scope=\"row\">border</th><td>0</td><td></td><td></td>")
                .contains("<th scope=\"row\">interior</th><td>2</td><td>2.5e-16</td><td>3.5e-08</td>")
                .contains("Cancellation κ 1.25; batch norm ε 1.0e-03")
                .contains("<span class=\"line\">3,000 →</span> <span class=\"line\">1,000</span>")
                .contains("÷ 3.00")
                .contains("left out")
                .contains("<strong>Declined (sequence):</strong> Relu relu is no convolution.")
                .contains("<a href=\"#step-3\"><code>relu</code></a>");
        assertThat(page.split("class=\"plain\"", -1)).hasSize(2);
    }

    @Test
    void saysThatNothingWasDeclined() {
        assertThat(page(List.of(), List.of(), List.of(), "net")).contains("Nothing: every rule");
    }

    @Test
    void comparesSizes() {
        assertThat(Figure.ratio(9, 9)).isEqualTo("unchanged");
        assertThat(Figure.ratio(9, 2)).isEqualTo("÷ 4.50");
        assertThat(Figure.ratio(2, 3)).isEqualTo("× 1.50");
        assertThat(Figure.ratio(2, 0)).isEqualTo("all gone");
        assertThat(Figure.ratio(0, 2)).isEqualTo("all new");
    }
}
