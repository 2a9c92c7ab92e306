package io.foldserve.serving.experiment;

import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.experiment.DisagreementReport.Cell;
import io.foldserve.serving.experiment.DisagreementReport.Recent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the answers of a model in which its variants differ. Immutable. */
final class Disagreements {
    private static final int MOST_RECENT = 100;
    private static final int MOST_CELLS = 100;

    private final ServedModel model;
    private final String baseline;
    private final List<String> labels;

    Disagreements(ServedModel model) {
        this.model = model;
        this.baseline = Baseline.of(model);
        this.labels = model.task().labels();
    }

    DisagreementReport report(List<Answered> oldestFirst, Tallies tallies) {
        List<Answered> newestFirst = new ArrayList<>(oldestFirst);
        Collections.reverse(newestFirst);
        List<Recent> recent = newestFirst.stream()
                .filter(this::differs)
                .limit(MOST_RECENT)
                .map(this::recent)
                .toList();
        return new DisagreementReport(model.name(), baseline, recent, confusion(tallies));
    }

    private boolean differs(Answered answered) {
        Optional<Given> theirs = Optional.ofNullable(answered.answers().get(baseline));
        return theirs.isPresent()
                && answered.answers().values().stream().anyMatch(ours -> differ(ours, theirs.orElseThrow()));
    }

    private static boolean differ(Given ours, Given theirs) {
        return ours.best() != theirs.best() || (ours.best() < 0 && sameShare(ours, theirs) < 1);
    }

    private static double sameShare(Given ours, Given theirs) {
        int[] one = ours.mask();
        int[] other = theirs.mask();
        int same = 0;
        for (int pixel = 0; pixel < one.length; pixel++) {
            same += one[pixel] == other[pixel] ? 1 : 0;
        }
        return (double) same / one.length;
    }

    private Recent recent(Answered answered) {
        Given theirs = Optional.ofNullable(answered.answers().get(baseline)).orElseThrow();
        Map<String, Object> answers = new LinkedHashMap<>();
        answered.answers()
                .forEach((variant, ours) -> answers.put(
                        variant, ours.best() >= 0 ? labels.get(ours.best()) : (Object) sameShare(ours, theirs)));
        return new Recent(answered.id(), answered.variant(), answers, label(answered));
    }

    private Optional<String> label(Answered answered) {
        return answered.label().map(label -> label.matches("\\d+") ? labels.get(Integer.parseInt(label)) : "a mask");
    }

    private List<Cell> confusion(Tallies tallies) {
        List<Cell> cells = new ArrayList<>();
        model.experiment().variants().forEach(variant -> tallies.cells(variant, baseline)
                .forEach((cell, count) -> {
                    if (Tallies.row(cell) != Tallies.column(cell)) {
                        cells.add(new Cell(
                                variant, labels.get(Tallies.row(cell)), labels.get(Tallies.column(cell)), count));
                    }
                }));
        cells.sort(Comparator.comparingLong(Cell::pictures).reversed());
        return List.copyOf(cells.subList(0, Math.min(MOST_CELLS, cells.size())));
    }
}
