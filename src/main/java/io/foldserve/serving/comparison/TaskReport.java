package io.foldserve.serving.comparison;

import io.foldserve.serving.comparison.Report.ClassRow;
import io.foldserve.statistics.PairedTable;
import io.foldserve.statistics.Verdict;
import io.foldserve.statistics.Verdict.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The figures of a comparison that depend on what the model does; variants by their numbers. */
sealed interface TaskReport permits ClassificationReport, SegmentationReport {
    /** What is said where no right answer is known. */
    Verdict NO_TRUTH = new Verdict(Outcome.UNDECIDED, "undecided: without right answers only agreement can be told");

    /** The figures of one variant by itself, by method. */
    Map<String, Figure> variant(int variant);

    /** Every class that was seen. */
    List<ClassRow> classes();

    /** Who was right how often, where answers are right or wrong. */
    Optional<PairedTable> table(int variant);

    /** The figures of one variant against the baseline, by method. */
    Map<String, Figure> pair(int variant);

    /** What they show; differences up to {@code margin} count as none. */
    Verdict verdict(int variant, double margin);
}
