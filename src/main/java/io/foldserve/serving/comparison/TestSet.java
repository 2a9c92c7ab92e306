package io.foldserve.serving.comparison;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.task.TaskKind;
import io.foldserve.task.VisionTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Pictures and what is right about them: one folder a class, or a CSV, or masks of the same names. A flat folder
 * without either has no right answers, and variants are compared by their agreement alone. Immutable.
 *
 * @param examples the pictures in the order of their names
 */
public record TestSet(List<Example> examples) {

    /** Copies the examples. */
    public TestSet {
        examples = List.copyOf(examples);
    }

    /**
     * Lists a set; no picture is opened.
     *
     * @param images the folder of the pictures
     * @param labels a CSV of {@code file,label}, for classification
     * @param masks a folder of PNGs with the stems of the pictures, for segmentation
     * @throws InvalidInputException with every file whose right answer is missing or names no class
     */
    public static TestSet read(Path images, Optional<Path> labels, Optional<Path> masks, VisionTask task) {
        expectSuitable(labels, masks, task.kind());
        SortedMap<String, Path> files = PictureFolder.files(images);
        if (task.kind() == TaskKind.SEGMENTATION) {
            return masks.map(folder -> withMasks(files, folder)).orElseGet(() -> without(files));
        }
        LabelNames names = new LabelNames(task.labels());
        if (labels.isPresent()) {
            return withLabels(files, images, labels.orElseThrow(), names);
        }
        return files.keySet().stream().anyMatch(name -> name.contains("/"))
                ? withFolders(files, images, names)
                : without(files);
    }

    private static void expectSuitable(Optional<Path> labels, Optional<Path> masks, TaskKind kind) {
        if (kind == TaskKind.SEGMENTATION && labels.isPresent()) {
            throw new InvalidInputException("--labels", "the model segments; give its right answers with --masks");
        }
        if (kind == TaskKind.CLASSIFICATION && masks.isPresent()) {
            throw new InvalidInputException("--masks", "the model classifies; give its right answers with --labels");
        }
    }

    private static TestSet without(SortedMap<String, Path> files) {
        List<Example> examples = new ArrayList<>();
        files.forEach((name, file) -> examples.add(new Example(name, file, Optional.empty(), Optional.empty())));
        return new TestSet(examples);
    }

    private static TestSet withFolders(SortedMap<String, Path> files, Path images, LabelNames names) {
        Problems problems = new Problems(images.toString());
        Map<String, Optional<Integer>> folders = new HashMap<>();
        List<Example> examples = new ArrayList<>();
        files.forEach((name, file) -> {
            int slash = name.indexOf('/');
            if (slash < 0) {
                add(problems, "%s: expected one folder a class, found a file beside the folders".formatted(name));
                return;
            }
            String folder = name.substring(0, slash);
            Optional<Integer> label =
                    folders.computeIfAbsent(folder, unknown -> names.find(unknown, "folder " + unknown, problems));
            examples.add(new Example(name, file, label, Optional.empty()));
        });
        problems.throwIfAny();
        return new TestSet(examples);
    }

    private static TestSet withLabels(SortedMap<String, Path> files, Path images, Path csv, LabelNames names) {
        Map<String, Integer> labels = LabelsFile.read(csv, names);
        Problems problems = new Problems(csv.toString());
        List<Example> examples = new ArrayList<>();
        files.forEach((name, file) -> {
            Optional<Integer> label = Optional.ofNullable(labels.get(name));
            if (label.isEmpty() && !file.toAbsolutePath().equals(csv.toAbsolutePath())) {
                add(problems, "expected a line for %s, found none".formatted(name));
            } else if (label.isPresent()) {
                examples.add(new Example(name, file, label, Optional.empty()));
            }
        });
        labels.keySet().stream()
                .filter(name -> !files.containsKey(name))
                .forEach(name -> add(problems, "%s: there is no such file in %s".formatted(name, images)));
        problems.throwIfAny();
        return new TestSet(examples);
    }

    private static TestSet withMasks(SortedMap<String, Path> files, Path folder) {
        Map<String, Path> masks = new TreeMap<>();
        PictureFolder.files(folder).forEach((name, file) -> masks.put(PictureFolder.stem(name), file));
        Problems problems = new Problems(folder.toString());
        List<Example> examples = new ArrayList<>();
        files.forEach((name, file) -> {
            Optional<Path> mask = Optional.ofNullable(masks.get(PictureFolder.stem(name)));
            if (mask.isEmpty()) {
                add(problems, "expected a mask %s.png for %s, found none".formatted(PictureFolder.stem(name), name));
            }
            examples.add(new Example(name, file, Optional.empty(), mask));
        });
        problems.throwIfAny();
        return new TestSet(examples);
    }

    private static void add(Problems problems, String problem) {
        if (!problems.isFull()) {
            problems.add(problem);
        }
    }

    /**
     * Every {@code of}-th picture, beginning with the one of number {@code shard}.
     *
     * @param shard from 0, below {@code of}
     * @return which may be empty, if there are fewer pictures than shards
     */
    public TestSet shard(int shard, int of) {
        List<Example> mine = new ArrayList<>();
        for (int i = shard; i < examples.size(); i += of) {
            mine.add(examples.get(i));
        }
        return new TestSet(mine);
    }

    /** How many pictures there are. */
    public int size() {
        return examples.size();
    }
}
