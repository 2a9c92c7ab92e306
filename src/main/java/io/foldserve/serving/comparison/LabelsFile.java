package io.foldserve.serving.comparison;

import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a CSV of lines {@code file,label}; a field with a comma in it stands in double quotes (RFC 4180). */
final class LabelsFile {
    private static final String FIELD = "(\"(?:[^\"]|\"\")*\"|[^\",]*)";
    private static final Pattern LINE = Pattern.compile("\\s*" + FIELD + "\\s*,\\s*" + FIELD + "\\s*");
    private static final String HEADER = "file,label";

    private LabelsFile() {}

    /**
     * The class index of each file that is named.
     *
     * @throws InvalidInputException with every line that cannot be read, names no class, or names a file twice
     */
    static Map<String, Integer> read(Path file, LabelNames names) {
        Problems problems = new Problems(file.toString());
        Map<String, Integer> labels = new LinkedHashMap<>();
        List<String> lines = lines(file);
        for (int number = 1; number <= lines.size() && !problems.isFull(); number++) {
            String line = lines.get(number - 1).strip();
            boolean isHeader = number == 1 && HEADER.equals(line.replace(" ", ""));
            if (!line.isEmpty() && !isHeader) {
                add(line, "line " + number, names, labels, problems);
            }
        }
        if (labels.isEmpty() && problems.isEmpty()) {
            problems.add("expected lines of " + HEADER + ", found none");
        }
        problems.throwIfAny();
        return labels;
    }

    private static List<String> lines(Path file) {
        try {
            String text = Files.readString(file);
            return text.replace("\uFEFF", "").lines().toList();
        } catch (IOException e) {
            throw new InvalidInputException(file.toString(), "cannot be read as UTF-8 text: " + FileFailure.reason(e));
        }
    }

    private static void add(
            String line, String where, LabelNames names, Map<String, Integer> labels, Problems problems) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            problems.add("%s: expected %s, found \"%s\"; put a field with a comma in double quotes"
                    .formatted(where, HEADER, line));
            return;
        }
        String name = text(matcher.group(1));
        names.find(text(matcher.group(2)), where, problems).ifPresent(label -> {
            Integer before = labels.putIfAbsent(name, label);
            if (before != null) {
                problems.add("%s: %s is named twice; write one line for each file".formatted(where, name));
            }
        });
    }

    private static String text(String field) {
        String text = field.strip();
        return text.startsWith("\"") ? text.substring(1, text.length() - 1).replace("\"\"", "\"") : text;
    }
}
