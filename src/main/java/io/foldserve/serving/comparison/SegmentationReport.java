package io.foldserve.serving.comparison;

import io.foldserve.serving.comparison.Report.ClassRow;
import io.foldserve.statistics.Estimate;
import io.foldserve.statistics.PairedTable;
import io.foldserve.statistics.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The figures of a segmentation. */
final class SegmentationReport implements TaskReport {
    private static final String BOOTSTRAP = "; 95 % percentile interval of 1000 bootstrap draws over pictures";

    private final Subject subject;
    private final Tally tally;
    private final SegmentationCounts counts;

    SegmentationReport(Tally tally) {
        this.subject = tally.subject();
        this.tally = tally;
        this.counts = tally.segmentation();
    }

    /** False where every pixel is to be ignored, too. */
    private boolean hasTruth() {
        return tally.labelled() > 0 && counts.withTruth(0).pixels() > 0;
    }

    @Override
    public Map<String, Figure> variant(int variant) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        if (hasTruth()) {
            Overlap overlap = counts.withTruth(variant);
            figures.put(
                    "mIoU",
                    Figure.of(
                            SegmentationCounts.estimate(overlap::meanIou),
                            tally.labelled(),
                            "mean over classes of intersection over union of all pictures' pixels" + BOOTSTRAP));
            figures.put(
                    "pixelAccuracy",
                    Figure.of(
                            SegmentationCounts.estimate(overlap::pixelAgreement),
                            tally.labelled(),
                            "share of pixels whose class is right" + BOOTSTRAP));
        }
        return figures;
    }

    @Override
    public List<ClassRow> classes() {
        List<ClassRow> rows = new ArrayList<>();
        if (!hasTruth()) {
            return rows;
        }
        List<Overlap> overlaps = new ArrayList<>();
        for (int variant = 0; variant < subject.variants().size(); variant++) {
            overlaps.add(counts.withTruth(variant));
        }
        for (int index = 0; index < subject.labels().size(); index++) {
            Map<String, Double> ious = new LinkedHashMap<>();
            for (int variant = 0; variant < overlaps.size(); variant++) {
                double iou = overlaps.get(variant).iou(index, 0);
                if (!Double.isNaN(iou)) {
                    ious.put(subject.variants().get(variant), iou);
                }
            }
            if (!ious.isEmpty()) {
                rows.add(new ClassRow(
                        subject.labels().get(index), overlaps.get(0).pixels(index), ious));
            }
        }
        return rows;
    }

    @Override
    public Optional<PairedTable> table(int variant) {
        return Optional.empty();
    }

    @Override
    public Map<String, Figure> pair(int variant) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        if (tally.pictures() == 0) {
            return figures;
        }
        Overlap overlap = counts.withBaseline(variant, subject.baseline());
        figures.put(
                "agreement",
                Figure.of(
                        SegmentationCounts.estimate(overlap::meanIou),
                        tally.pictures(),
                        "mIoU of the variant's masks against the baseline's" + BOOTSTRAP));
        figures.put(
                "pixelAgreement",
                Figure.of(
                        SegmentationCounts.estimate(overlap::pixelAgreement),
                        tally.pictures(),
                        "share of pixels given the same class" + BOOTSTRAP));
        if (hasTruth()) {
            figures.put(
                    "mIoUDifference",
                    Figure.of(
                            difference(variant),
                            tally.labelled(),
                            "mIoU less the baseline's" + BOOTSTRAP + ", both of the same draw"));
        }
        return figures;
    }

    private Estimate difference(int variant) {
        Overlap ours = counts.withTruth(variant);
        Overlap theirs = counts.withTruth(subject.baseline());
        return SegmentationCounts.estimate(entry -> ours.meanIou(entry) - theirs.meanIou(entry));
    }

    @Override
    public Verdict verdict(int variant, double margin) {
        return hasTruth()
                ? Verdict.once(
                        subject.variants().get(variant),
                        subject.variants().get(subject.baseline()),
                        "mIoU",
                        difference(variant),
                        margin)
                : NO_TRUTH;
    }
}
