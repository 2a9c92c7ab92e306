package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled models on their own test sets; models/README.md has the same accuracies, measured by PyTorch. */
class CompareCommandTest {
    private static final String DIGITS = "models/digits";
    private static final String DIGITS_TEST = DIGITS + "/test";
    private static final String SCENES = "models/digit-scenes";
    private static final String SCENES_TEST = SCENES + "/test/images";
    private static final String SCENES_MASKS = SCENES + "/test/masks";

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("compare", "--no-timing"));
        all.addAll(List.of(arguments));
        return Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(folder.resolve(name).toFile());
    }

    @Test
    void comparesTheClassifiersOnTheirTestSet() throws IOException {
        assertThat(run(
                        DIGITS,
                        "--images",
                        DIGITS_TEST,
                        "--latency",
                        "1",
                        "--json",
                        file("r.json"),
                        "--report",
                        file("r.html")))
                .isZero();

        JsonNode report = json("r.json");
        assertThat(report.path("pictures").intValue()).isEqualTo(540);
        assertThat(report.path("labelled").intValue()).isEqualTo(540);
        assertThat(accuracy(report, 0)).isCloseTo(0.9889, within(5e-5));
        assertThat(accuracy(report, 1)).isCloseTo(0.9852, within(5e-5));
        assertThat(report.path("classes")).hasSize(10);
        JsonNode pair = report.path("pairs").path(0);
        assertThat(names(pair.path("figures")))
                .containsExactly("agreement", "kappa", "newcombe", "mcnemar", "mcnemarExact", "eValue", "latencyRatio");
        assertThat(pair.path("table").path("onlyFirst").intValue()
                        - pair.path("table").path("onlySecond").intValue())
                .isEqualTo(2);
        assertThat(pair.path("verdict").path("outcome").textValue()).isEqualTo("UNDECIDED");
        pair.path("figures")
                .forEach(figure -> assertThat(figure.path("source").textValue()).isNotBlank());
        assertThat(out.toString()).contains("540 pictures").contains("undecided: accuracy of doconv and baseline");
    }

    private static double accuracy(JsonNode report, int variant) {
        return report.path("variants")
                .path(variant)
                .path("figures")
                .path("accuracy")
                .path("value")
                .doubleValue();
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** {@code src/site/markdown/comparing.md} explains every figure that a report may name. */
    @Test
    void everyFigureIsExplained() throws IOException {
        Path images = Path.of(SCENES, "samples");
        assertThat(run(SCENES, "--images", images.toString(), "--latency", "0", "--json", file("s.json")))
                .isZero();
        assertThat(run(DIGITS, "--images", DIGITS_TEST, "--latency", "0", "--json", file("r.json")))
                .isZero();

        String page = Files.readString(Path.of("src", "site", "markdown", "comparing.md"));
        for (JsonNode report : List.of(json("s.json"), json("r.json"))) {
            List<String> figures =
                    new ArrayList<>(names(report.path("variants").path(0).path("figures")));
            figures.addAll(names(report.path("pairs").path(0).path("figures")));
            assertThat(figures).isNotEmpty().allSatisfy(figure -> assertThat(page)
                    .contains("`" + figure + "`"));
        }
    }

    @Test
    void thePageShowsEveryDisagreementAndNeedsNothingElse() throws IOException {
        assertThat(run(
                        DIGITS,
                        "--images",
                        DIGITS_TEST,
                        "--latency",
                        "0",
                        "--json",
                        file("r.json"),
                        "--report",
                        file("r.html")))
                .isZero();

        String page = Files.readString(folder.resolve("r.html"));
        JsonNode disagreements = json("r.json").path("pairs").path(0).path("disagreements");
        assertThat(disagreements).isNotEmpty();
        disagreements.forEach(picture ->
                assertThat(page).contains("<dd>" + picture.path("name").textValue() + "</dd>"));
        assertThat(page.split("<img src=\"data:image/png;base64,", -1)).hasSize(disagreements.size() + 1);
        assertThat(page)
                .doesNotContain("http://", "https://", "<script", "<link")
                .contains("prefers-color-scheme: dark", "width=device-width");
    }

    @Test
    void comparesTheSegmentersOnTheirTestSet() throws IOException {
        assertThat(run(
                        SCENES,
                        "--images",
                        SCENES_TEST,
                        "--masks",
                        SCENES_MASKS,
                        "--latency",
                        "0",
                        "--json",
                        file("r.json"),
                        "--report",
                        file("r.html")))
                .isZero();

        JsonNode report = json("r.json");
        assertThat(report.path("pictures").intValue()).isEqualTo(60);
        assertThat(names(report.path("variants").path(0).path("figures"))).containsExactly("mIoU", "pixelAccuracy");
        assertThat(names(report.path("classes").path(0).path("figures"))).containsExactly("doconv", "baseline");
        JsonNode pair = report.path("pairs").path(0);
        assertThat(names(pair.path("figures"))).containsExactly("agreement", "pixelAgreement", "mIoUDifference");
        JsonNode difference = pair.path("figures").path("mIoUDifference");
        assertThat(difference.path("value").doubleValue())
                .isBetween(
                        difference.path("interval").path(0).doubleValue(),
                        difference.path("interval").path(1).doubleValue());
        assertThat(Files.readString(folder.resolve("r.html")).split("<img ", -1))
                .hasSize(61);
    }

    @Test
    void shardsAddUpToTheWhole() throws IOException {
        List<String> merge = new ArrayList<>(List.of("--json", file("merged.json"), "--merge"));
        for (int part = 0; part < 3; part++) {
            String shard = file("part-" + part + ".json");
            assertThat(run(
                            SCENES,
                            "--images",
                            SCENES_TEST,
                            "--masks",
                            SCENES_MASKS,
                            "--shard",
                            part + "/3",
                            "--json",
                            shard))
                    .isZero();
            merge.add(shard);
        }
        assertThat(run(merge.toArray(String[]::new))).isZero();
        assertThat(run(
                        SCENES,
                        "--images",
                        SCENES_TEST,
                        "--masks",
                        SCENES_MASKS,
                        "--latency",
                        "0",
                        "--json",
                        file("whole.json")))
                .isZero();

        assertThat(json("merged.json")).isEqualTo(json("whole.json"));
    }

    @Test
    void refusesShardsThatAreNotAllOfOneComparison() throws IOException {
        Path few = Files.createDirectory(folder.resolve("few"));
        Files.copy(Path.of(DIGITS, "samples", "digit-3.png"), few.resolve("a.png"));
        Files.copy(Path.of(DIGITS, "samples", "digit-4.png"), few.resolve("b.png"));
        String[] parts = {"0/3", "1/3", "0/2"};
        for (int i = 0; i < parts.length; i++) {
            assertThat(run(DIGITS, "--images", few.toString(), "--shard", parts[i], "--json", file(i + ".json")))
                    .isZero();
        }
        Files.copy(folder.resolve("0.json"), folder.resolve("again.json"));
        Files.writeString(folder.resolve("other.json"), "{\"model\":\"digits\"}");

        assertThat(run("--merge", file("0.json"), file("1.json"), file("2.json"), file("again.json")))
                .isEqualTo(2);
        assertThat(run("--merge", file("other.json"))).isEqualTo(2);

        assertThat(err.toString())
                .contains("2.json is of another comparison than ")
                .contains("again.json is part 0, and so is ")
                .contains("part 2 of 3 is missing")
                .contains("other.json: expected a file that compare --shard wrote");
    }

    @Test
    void listsPicturesThatCannotBeReadAndGoesOn() throws IOException {
        Path three = Files.createDirectories(folder.resolve("images/3"));
        Files.copy(Path.of(DIGITS, "samples", "digit-3.png"), three.resolve("good.png"));
        Files.writeString(three.resolve("notes.txt"), "not a picture");
        byte[] whole = Files.readAllBytes(Path.of(DIGITS, "samples", "digit-3.png"));
        Files.write(three.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));

        assertThat(run(DIGITS, "--images", file("images"), "--latency", "0", "--json", file("r.json")))
                .isZero();

        JsonNode report = json("r.json");
        assertThat(report.path("pictures").intValue()).isEqualTo(1);
        assertThat(StreamSupport.stream(report.path("unreadable").spliterator(), false)
                        .map(picture -> picture.path("name").textValue()))
                .containsExactly("3/cut.png", "3/notes.txt");
        assertThat(out.toString()).contains("1 pictures, 1 with a right answer, 2 not readable");
    }

    @Test
    void aMaskOfAnotherSizeOrWithAnUnknownClassMakesItsPictureUnreadable() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        Path masks = Files.createDirectory(folder.resolve("masks"));
        Files.copy(Path.of(SCENES_TEST, "scene-00.jpg"), images.resolve("a.jpg"));
        Files.copy(Path.of(SCENES, "samples", "scene-5-large.jpg"), images.resolve("b.jpg"));
        Files.copy(Path.of(SCENES_MASKS, "scene-00.png"), masks.resolve("a.png"));
        Files.copy(Path.of(SCENES_MASKS, "scene-00.png"), masks.resolve("b.png"));

        assertThat(run(SCENES, "--images", images.toString(), "--masks", masks.toString(), "--latency", "0"))
                .isZero();

        assertThat(out.toString())
                .contains("1 pictures, 1 with a right answer, 1 not readable")
                .contains("b.jpg: expected a mask of the picture's size 192×192, found 96×96");
    }

    @Test
    void withoutRightAnswersItTellsAgreementAlone() throws IOException {
        Path samples = Path.of(DIGITS, "samples");
        long count;
        try (Stream<Path> files = Files.list(samples)) {
            count = files.count();
        }

        assertThat(run(DIGITS, "--images", samples.toString(), "--latency", "0", "--json", file("r.json")))
                .isZero();

        JsonNode report = json("r.json");
        assertThat(report.path("pictures").longValue()).isEqualTo(count);
        assertThat(report.path("variants").path(0).path("figures")).isEmpty();
        assertThat(names(report.path("pairs").path(0).path("figures"))).containsExactly("agreement", "kappa");
        assertThat(out.toString()).contains("undecided: without right answers only agreement can be told");
    }

    @Test
    void labelsOfACsvCountAsThoseOfFoldersDo() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        StringBuilder csv = new StringBuilder();
        for (int digit = 0; digit < 10; digit++) {
            Files.copy(Path.of(DIGITS, "samples", "digit-" + digit + ".png"), images.resolve(digit + ".png"));
            // Two labels are wrong on purpose.
            csv.append(digit)
                    .append(".png,")
                    .append(digit < 2 ? digit + 1 : digit)
                    .append('\n');
        }
        Files.writeString(folder.resolve("labels.csv"), csv);

        assertThat(run(
                        DIGITS,
                        "--images",
                        images.toString(),
                        "--labels",
                        file("labels.csv"),
                        "--latency",
                        "0",
                        "--json",
                        file("r.json")))
                .isZero();

        assertThat(accuracy(json("r.json"), 0)).isEqualTo(0.8);
    }

    @Test
    void refusesArgumentsThatMakeNoSense() {
        assertThat(run()).isEqualTo(2);
        assertThat(run(DIGITS)).isEqualTo(2);
        assertThat(run(DIGITS, "--images", DIGITS_TEST, "--shard", "3/3", "--json", file("a")))
                .isEqualTo(2);
        assertThat(run(DIGITS, "--images", DIGITS_TEST, "--shard", "0/3")).isEqualTo(2);
        assertThat(run(DIGITS, "--merge", file("a.json"))).isEqualTo(2);
        assertThat(run(DIGITS, "--images", DIGITS_TEST, "--margin", "2")).isEqualTo(2);
        assertThat(run(DIGITS, "--images", DIGITS_TEST, "--latency", "-1")).isEqualTo(2);
        assertThat(run(DIGITS, "--images", DIGITS_TEST, "--json", file("absent/r.json")))
                .isEqualTo(2);
        assertThat(run(DIGITS, "--images", file("absent"))).isEqualTo(2);
        assertThat(run(DIGITS, "--images", DIGITS_TEST, "--masks", SCENES_MASKS))
                .isEqualTo(2);

        assertThat(err.toString())
                .contains("expected MODEL and --images, or --merge")
                .contains("such as 0/4, found \"3/3\"")
                .contains("--shard writes what it counted to --json")
                .contains("--merge takes the files of shards alone")
                .contains("--margin is a share from 0 to 1, such as 0.01, found 2.0")
                .contains("--latency is a number of seconds from 0, found -1")
                .contains("expected a directory")
                .contains("absent: expected a folder, found none there")
                .contains("--masks: the model classifies");
        assertThat(out.toString()).isEmpty();
    }
}
