package io.foldserve.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** README and all pages lead where they say they lead, and name what there is. */
class DocumentationTest {
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern FILE = Pattern.compile("(?:src|docker|k8s|models|\\.ci|\\.github|\\.mvn)/[\\w./-]+");
    private static final Pattern TEST_CLASS = Pattern.compile("\\b[A-Z][a-z]\\w*(?:Test|IT|Benchmark|Reference)\\b");
    private static final Pattern POM_VERSION =
            Pattern.compile("<artifactId>foldserve</artifactId>\\s*<version>([^<]+)<");

    private static final Page README = Page.at(Path.of("README.md"));

    @Test
    void everyRelativeLinkLeadsToAFileAndToAHeadingInIt() {
        List<String> broken = new ArrayList<>();
        for (Page page : Page.all()) {
            LINK.matcher(page.prose())
                    .results()
                    .map(match -> match.group(1))
                    .filter(link -> !link.startsWith("http"))
                    .filter(link -> !leads(page, link))
                    .forEach(link -> broken.add(page.path() + " links to " + link));
        }
        assertThat(broken).as("links that lead nowhere: correct or remove each").isEmpty();
    }

    private static boolean leads(Page page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? page.path()
                : page.path().resolveSibling(parts[0]).normalize();
        return Files.exists(target)
                && (parts.length == 1 || headings(Page.at(target)).contains(parts[1]));
    }

    /** The anchors of a page's headings, as GitHub makes them. */
    private static Set<String> headings(Page page) {
        return page.lines().stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(line -> line.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void everyFileOfTheProjectThatIsNamedExists() {
        List<String> missing = new ArrayList<>();
        for (Page page : Page.all()) {
            Page.code(page.prose()).stream()
                    .filter(code -> FILE.matcher(code).matches())
                    .filter(code -> !code.contains("Your"))
                    .filter(code -> !Files.exists(Path.of(code)))
                    .forEach(code -> missing.add(page.path() + " names " + code));
        }
        assertThat(missing).as("files that do not exist: correct each name").isEmpty();
    }

    @Test
    void everyTestAndBenchmarkThatIsNamedExists() throws IOException {
        Set<String> classes = testClasses();
        List<String> missing = new ArrayList<>();
        for (Page page : Page.all()) {
            TEST_CLASS
                    .matcher(String.join("\n", page.lines()))
                    .results()
                    .map(MatchResult::group)
                    .filter(name -> !name.startsWith("Your") && !classes.contains(name))
                    .forEach(name -> missing.add(page.path() + " names " + name));
        }
        assertThat(missing)
                .as("test classes that do not exist: correct each name")
                .isEmpty();
    }

    private static Set<String> testClasses() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void theReadmeIsReadInOneSitting() {
        assertThat(README.lines())
                .as("lines of README.md: move what is more to src/site/markdown")
                .hasSizeBetween(100, 160);
        assertThat(README.lines())
                .filteredOn(line -> !line.startsWith("|"))
                .as("lines of README.md that are too wide: break each")
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(160));
    }

    @Test
    void theReadmeSaysHowToBuildServeAndTestAndTheGateRunsThatTest() throws IOException {
        assertThat(README.lines())
                .contains(
                        "mvn -B -q package -DskipTests && java -XX:SharedArchiveFile=target/quarkus-app/foldserve.jsa"
                                + " -jar target/quarkus-app/quarkus-run.jar",
                        "mvn -B verify");
        assertThat(Files.readAllLines(Path.of(".ci", "run"))).contains("mvn -B verify");
    }

    @Test
    void theIndexLeadsToEveryPage() {
        String index = String.join("\n", Page.ofSite("index.md").lines());
        assertThat(Page.all())
                .filteredOn(page ->
                        page.path().startsWith("src/site") && !page.path().endsWith("index.md"))
                .as("pages that src/site/markdown/index.md does not link to: give each a row")
                .allSatisfy(
                        page -> assertThat(index).contains("](" + page.path().getFileName() + ")"));
    }

    @Test
    void theRoomMapHasEveryRoom() throws IOException {
        List<String> named = Page.at(Path.of(".github", "CONTRIBUTING.md")).lines().stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Page.code(line).get(0))
                .toList();
        List<String> rooms = new ArrayList<>(rooms(Path.of("src/main/java/io/foldserve"), ""));
        rooms.addAll(rooms(Path.of("src/main/java/io/foldserve/fold"), "fold."));
        assertThat(named)
                .as("rooms in the tables of .github/CONTRIBUTING.md: give the missing ones a row")
                .containsAll(rooms);
    }

    private static List<String> rooms(Path folder, String prefix) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> prefix + entry.getFileName())
                    .toList();
        }
    }

    @Test
    void theVersionIsThatOfThePomEverywhere() throws IOException {
        MatchResult pom = POM_VERSION
                .matcher(Files.readString(Path.of("pom.xml")))
                .results()
                .findFirst()
                .orElseThrow();
        String version = pom.group(1);
        String newest = Page.at(Path.of("CHANGELOG.md")).lines().stream()
                .filter(line -> line.startsWith("## ["))
                .findFirst()
                .orElse("none");

        assertThat(newest)
                .as("the first version of CHANGELOG.md: write the pom's, or [Unreleased]")
                .containsAnyOf("[" + version + "]", "[Unreleased]");
        assertThat(Files.readString(Path.of("k8s/base/kustomization.yaml")))
                .as("newTag of k8s/base/kustomization.yaml: write the pom's version")
                .contains("newTag: \"" + version + "\"");
        assertThat(Files.readString(Path.of("src/main/resources/application.properties")))
                .as("info-version in application.properties: write the pom's version")
                .contains("${quarkus.application.version:" + version + "}");
    }
}
