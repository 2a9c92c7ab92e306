package io.foldserve.cli;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.serving.load.FoldedVariant;
import io.foldserve.serving.load.PhaseTimer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** An ONNX file named on the command line: folded as it is, whatever it takes and gives. */
final class OnnxFile {
    private static final String EXTENSION = ".onnx";

    private OnnxFile() {}

    /** True when {@code input} is an ONNX file, by its content, or claims to be one by its name. */
    static boolean isOne(Path input) {
        return !Files.isDirectory(input)
                && (name(input).toLowerCase(Locale.ROOT).endsWith(EXTENSION)
                        || (Files.isRegularFile(input) && OnnxReader.recognises(input)));
    }

    /**
     * Reads, folds and audits {@code input}.
     *
     * @throws io.foldserve.problem.InvalidInputException with every problem of the file or of the fold
     */
    static FoldedVariant fold(Path input, CostSource costSource) {
        return FoldedVariant.of(OnnxReader.read(input), input.toString(), costSource, new PhaseTimer(System::nanoTime));
    }

    /** The file's name. */
    static String name(Path input) {
        Path name = input.getFileName();
        return name == null ? "" : name.toString();
    }
}
