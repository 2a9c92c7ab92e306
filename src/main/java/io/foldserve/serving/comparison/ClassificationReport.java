package io.foldserve.serving.comparison;

import io.foldserve.serving.comparison.Report.ClassRow;
import io.foldserve.statistics.CohensKappa;
import io.foldserve.statistics.EValue;
import io.foldserve.statistics.McNemar;
import io.foldserve.statistics.Newcombe;
import io.foldserve.statistics.PairedTable;
import io.foldserve.statistics.Proportion;
import io.foldserve.statistics.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The figures of a classification. */
final class ClassificationReport implements TaskReport {
    private final Subject subject;
    private final Tally tally;
    private final ClassificationCounts counts;

    ClassificationReport(Tally tally) {
        this.subject = tally.subject();
        this.tally = tally;
        this.counts = tally.classification();
    }

    @Override
    public Map<String, Figure> variant(int variant) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        long n = tally.labelled();
        if (n > 0) {
            long right = IntStream.range(0, subject.labels().size())
                    .mapToLong(truth -> counts.right(variant, truth))
                    .sum();
            figures.put("accuracy", Figure.of(new Proportion(right, n), "share of pictures whose best class is right"));
            if (subject.labels().size() > 5) {
                figures.put(
                        "top5Accuracy",
                        Figure.of(
                                new Proportion(counts.amongFive(variant), n),
                                "share of pictures whose right class is among the five best"));
            }
        }
        return figures;
    }

    @Override
    public List<ClassRow> classes() {
        List<ClassRow> rows = new ArrayList<>();
        for (int truth = 0; truth < subject.labels().size(); truth++) {
            long n = counts.pictures(truth);
            if (n > 0) {
                Map<String, Double> shares = new LinkedHashMap<>();
                for (int variant = 0; variant < subject.variants().size(); variant++) {
                    shares.put(subject.variants().get(variant), (double) counts.right(variant, truth) / n);
                }
                rows.add(new ClassRow(subject.labels().get(truth), n, shares));
            }
        }
        return rows;
    }

    @Override
    public Optional<PairedTable> table(int variant) {
        return tally.labelled() == 0 ? Optional.empty() : Optional.of(counts.pair(variant, subject.baseline()));
    }

    @Override
    public Map<String, Figure> pair(int variant) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        if (tally.pictures() == 0) {
            return figures;
        }
        long[][] answers = counts.answers(variant, subject.baseline());
        long same =
                IntStream.range(0, answers.length).mapToLong(i -> answers[i][i]).sum();
        figures.put(
                "agreement",
                Figure.of(new Proportion(same, tally.pictures()), "share of pictures given the same best class"));
        figures.put(
                "kappa",
                Figure.of(
                        CohensKappa.of(answers),
                        tally.pictures(),
                        "agreement beyond chance (Cohen 1960); 95 % interval of Fleiss, Cohen, Everitt 1969"));
        table(variant).ifPresent(table -> addTests(table, figures));
        return figures;
    }

    private static void addTests(PairedTable table, Map<String, Figure> figures) {
        long n = table.n();
        long discordant = table.discordant();
        McNemar tests = McNemar.of(table);
        figures.put(
                "newcombe",
                Figure.of(
                        Newcombe.paired(table),
                        n,
                        "accuracy less the baseline's on the same pictures; 95 % (Newcombe 1998, method 10)"));
        figures.put(
                "mcnemar",
                Figure.of(
                        tests.midP(),
                        discordant,
                        "two-sided mid-p-value (McNemar 1947; Fagerland et al. 2013)"
                                + " of the pictures that only one answers rightly; for a single look"));
        figures.put(
                "mcnemarExact", Figure.of(tests.exact(), discordant, "two-sided exact p-value of the same pictures"));
        figures.put(
                "eValue",
                Figure.of(
                        EValue.of(table).value(),
                        discordant,
                        "B(½+b, ½+c)/B(½, ½)·2^(b+c) of the same pictures;"
                                + " may be looked at after every picture, 20 decides at 5 % (Ville 1939)"));
    }

    @Override
    public Verdict verdict(int variant, double margin) {
        Optional<PairedTable> table = table(variant);
        if (table.isEmpty()) {
            return NO_TRUTH;
        }
        return Verdict.once(
                subject.variants().get(variant),
                subject.variants().get(subject.baseline()),
                "accuracy",
                Newcombe.paired(table.orElseThrow()),
                margin);
    }
}
