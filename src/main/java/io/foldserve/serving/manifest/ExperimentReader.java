package io.foldserve.serving.manifest;

import io.foldserve.declaration.Section;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.assignment.UnitSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an experiment, whose keys {@link ManifestKeys} describes: the manifest's, or one that is declared while the
 * model is served. Stateless and thread-safe.
 */
public final class ExperimentReader {
    private static final String KEY = ManifestKeys.EXPERIMENT.name();

    private ExperimentReader() {}

    /**
     * The experiment that {@code declared} is for a model with these variants.
     *
     * @param traffic each variant's share where the declaration leaves shares out
     * @throws InvalidInputException with every problem of the declaration
     */
    public static Experiment read(Map<String, @Nullable Object> declared, Map<String, Integer> traffic) {
        Problems problems = new Problems(KEY);
        Section section =
                new Section("", declared, ManifestKeys.EXPERIMENTS.forms().get(0), problems);
        Optional<Experiment> experiment = read(section, traffic);
        problems.throwIfAny();
        return experiment.orElseThrow();
    }

    /** The same; empty if it has problems, which are added to those of {@code section}. */
    static Optional<Experiment> read(Section section, Map<String, Integer> traffic) {
        Optional<String> name = section.find(ManifestKeys.EXPERIMENT_NAME);
        Optional<UnitSource> unit = section.find(ManifestKeys.UNIT);
        Optional<String> salt = section.find(ManifestKeys.SALT);
        Optional<Map<String, Integer>> shares =
                section.has(ManifestKeys.SHARES) ? shares(section, traffic) : Optional.of(traffic);
        double sample = section.inside(ManifestKeys.SHADOW, ManifestKeys.SHADOWS)
                .flatMap(shadow -> shadow.find(ManifestKeys.SAMPLE))
                .orElse(0.0);
        double margin = section.read(ManifestKeys.MARGIN);
        if (name.filter(Experiment.TRAFFIC::equals).isPresent()) {
            section.problem(
                    ManifestKeys.EXPERIMENT_NAME.name(),
                    "expected another name than %s, which stands for no experiment".formatted(Experiment.TRAFFIC));
            return Optional.empty();
        }
        return name.flatMap(known -> shares.filter(ExperimentReader::dealsAny)
                .map(dealt -> new Experiment(known, unit, salt.orElse(known), dealt, sample, margin)));
    }

    /** Every variant's share, 0 for one that is not named. */
    private static Optional<Map<String, Integer>> shares(Section section, Map<String, Integer> traffic) {
        Map<String, Integer> declared = section.find(ManifestKeys.SHARES).orElse(Map.of());
        Map<String, Integer> shares = new LinkedHashMap<>();
        traffic.keySet().forEach(variant -> shares.put(variant, declared.getOrDefault(variant, 0)));
        boolean isKnown = true;
        for (String variant : declared.keySet()) {
            if (!traffic.containsKey(variant)) {
                section.problem(
                        ManifestKeys.SHARES.name() + "." + variant,
                        "expected one of the variants %s, found none of this name".formatted(traffic.keySet()));
                isKnown = false;
            }
        }
        if (isKnown && !declared.isEmpty() && shares.values().stream().allMatch(share -> share == 0)) {
            section.problem(ManifestKeys.SHARES.name(), "expected shares that sum to more than 0, found only 0");
        }
        return isKnown ? Optional.of(shares) : Optional.empty();
    }

    private static boolean dealsAny(Map<String, Integer> shares) {
        return shares.values().stream().anyMatch(share -> share > 0);
    }
}
