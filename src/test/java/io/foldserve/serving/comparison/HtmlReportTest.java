package io.foldserve.serving.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.task.TaskKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static final String HOSTILE = "<script>alert('x')</script>&\"%s.png";

    private static Tally tally() {
        return new Tally(
                new Subject("pets", TaskKind.CLASSIFICATION, List.of(HOSTILE, "dog"), List.of("new", "old"), 1));
    }

    private static String page(Tally tally) {
        return HtmlReport.of(Reports.of(tally, 0.01, Map.of()), tally.thumbnails());
    }

    @Test
    void namesFromFilesAreTextAndNeverMarkup() {
        Tally tally = tally();
        tally.add(new Unreadable(HOSTILE, "is no picture"));
        tally.add(new Disagreement(0, HOSTILE, HOSTILE, "dog", HOSTILE, 0));

        assertThat(page(tally))
                .doesNotContain("<script")
                .contains("<dd>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;%s.png</dd>")
                .contains("%s.png: is no picture</li>");
    }

    @Test
    void ofNoPictureAtAllItIsStillAPage() {
        assertThat(page(tally()))
                .startsWith("<!DOCTYPE html>")
                .endsWith("</main></body></html>\n")
                .contains("0 pictures")
                .contains("undecided: without right answers only agreement can be told")
                .contains("They give every picture the same answer.");
    }
}
