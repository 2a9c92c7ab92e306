package io.foldserve.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the load generator {@code wrk} and reads its report. */
final class Wrk {

    /** Requests per second, and percentiles of the latency in milliseconds. */
    record Result(double perSecond, double p50, double p99) {}

    private static final String SCRIPT = """
            local file = io.open("%s", "rb")
            wrk.method = "POST"
            wrk.body = file:read("*all")
            wrk.headers["Content-Type"] = "%s"
            """;

    private Wrk() {}

    /** Posts {@code image} over {@code clients} connections for {@code seconds}; every answer must be a success. */
    static Result post(String url, Path image, String contentType, int clients, int seconds)
            throws IOException, InterruptedException {
        Path script = Path.of("target", "benchmark", "post.lua");
        Files.writeString(script, SCRIPT.formatted(image, contentType));
        Process wrk = new ProcessBuilder(List.of(
                        "wrk", "--latency", "-t1", "-c" + clients, "-d" + seconds + "s", "-s", script.toString(), url))
                .redirectErrorStream(true)
                .start();
        String report = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (wrk.waitFor() != 0 || report.contains("Non-2xx") || report.contains("Socket errors")) {
            throw new IOException("wrk reports failures:\n" + report);
        }
        return new Result(
                Double.parseDouble(find(report, "Requests/sec:\\s+([0-9.]+)").group(1)),
                milliseconds(report, "50%"),
                milliseconds(report, "99%"));
    }

    private static double milliseconds(String report, String percentile) {
        Matcher found = find(report, percentile + "\\s+([0-9.]+)(us|ms|s)\\b");
        double value = Double.parseDouble(found.group(1));
        return switch (found.group(2)) {
            case "us" -> value / 1000;
            case "s" -> value * 1000;
            default -> value;
        };
    }

    private static Matcher find(String report, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(report);
        if (!matcher.find()) {
            throw new IllegalStateException("wrk's report has no " + pattern + ":\n" + report);
        }
        return matcher;
    }
}
