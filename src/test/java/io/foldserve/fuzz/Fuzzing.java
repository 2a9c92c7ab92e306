package io.foldserve.fuzz;

import io.foldserve.checkpoint.CheckpointFuzz;
import io.foldserve.http.FormFuzz;
import io.foldserve.http.JsonImageFuzz;
import io.foldserve.onnx.OnnxFuzz;
import io.foldserve.protocol.rest.RestBodyFuzz;
import io.foldserve.serving.manifest.ManifestFuzz;
import io.foldserve.task.image.PictureFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fuzzes each parser by coverage for some time, in a process of its own with a small heap. Findings are an error that
 * is not the one typed refusal, memory out of proportion, and an input that takes ten seconds; each is kept beside the
 * log. {@code Fuzzing [SECONDS [TARGET…]]}; the corpus in target/fuzz grows from run to run.
 */
public final class Fuzzing {
    private static final Path FOLDER = Path.of("target", "fuzz");
    private static final Pattern LAST = Pattern.compile("Done (\\d+) runs in (\\d+) second");
    private static final Pattern COVERED = Pattern.compile("cov: (\\d+)");

    /** A parser, and the inputs from which to start. */
    record Target(Class<?> parser, Callable<List<byte[]>> seeds) {}

    private static final Map<String, Target> TARGETS = new LinkedHashMap<>();

    static {
        TARGETS.put("checkpoint", new Target(CheckpointFuzz.class, CheckpointFuzz::seeds));
        TARGETS.put("onnx", new Target(OnnxFuzz.class, OnnxFuzz::seeds));
        TARGETS.put("manifest", new Target(ManifestFuzz.class, ManifestFuzz::seeds));
        TARGETS.put("picture", new Target(PictureFuzz.class, PictureFuzz::seeds));
        TARGETS.put("form", new Target(FormFuzz.class, FormFuzz::seeds));
        TARGETS.put("json", new Target(JsonImageFuzz.class, JsonImageFuzz::seeds));
        TARGETS.put("protocol", new Target(RestBodyFuzz.class, RestBodyFuzz::seeds));
    }

    private Fuzzing() {}

    /** Their names. */
    static Set<String> targets() {
        return TARGETS.keySet();
    }

    /** Fuzzes, and fails if there was a finding. */
    public static void main(String[] arguments) throws Exception {
        String seconds = arguments.length > 0 ? arguments[0] : "60";
        List<String> chosen =
                arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : List.copyOf(TARGETS.keySet());
        boolean found = false;
        System.out.println("target: inputs, seconds, branches covered, outcome");
        for (String name : chosen) {
            found |= !fuzz(name, target(name), seconds);
        }
        if (found) {
            throw new AssertionError("there are findings in " + FOLDER);
        }
    }

    static Target target(String name) {
        return Optional.ofNullable(TARGETS.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no target %s; known are %s".formatted(name, TARGETS.keySet())));
    }

    private static boolean fuzz(String name, Target target, String seconds) throws Exception {
        Path folder = FOLDER.resolve(name);
        Path corpus = Files.createDirectories(folder.resolve("corpus"));
        List<byte[]> seeds = target.seeds().call();
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(corpus.resolve("seed-" + i), seeds.get(i));
        }
        Path log = folder.resolve("log.txt");
        int exit = new ProcessBuilder(command(target, folder, corpus, seconds))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        System.out.printf("%s: %s, %s%n", name, summary(log), exit == 0 ? "no finding" : "FINDING, see " + log);
        return exit == 0;
    }

    private static List<String> command(Target target, Path folder, Path corpus, String seconds) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-classpath",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.parser().getName(),
                "--instrumentation_includes=io.foldserve.**",
                "--reproducer_path=" + folder,
                corpus.toString(),
                "-artifact_prefix=" + folder + "/",
                "-max_total_time=" + seconds,
                "-max_len=65536",
                "-timeout=10",
                "-rss_limit_mb=3000",
                "-print_final_stats=1");
    }

    private static String summary(Path log) throws IOException {
        String text = Files.readString(log);
        return "%s, %s, %s".formatted(last(LAST, 1, text), last(LAST, 2, text), last(COVERED, 1, text));
    }

    private static String last(Pattern pattern, int group, String text) {
        Matcher matcher = pattern.matcher(text);
        String last = "?";
        while (matcher.find()) {
            last = matcher.group(group);
        }
        return last;
    }
}
