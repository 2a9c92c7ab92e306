package io.foldserve.serving.comparison;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.statistics.PoissonBootstrap;
import io.foldserve.task.TaskKind;
import java.util.List;

/**
 * What is compared. Immutable.
 *
 * @param model the model's name
 * @param task what it does
 * @param labels its classes
 * @param variants its variants' names, at least one, in the manifest's order
 * @param baseline the number of the variant that the others are compared with: the declared baseline, else the first
 */
public record Subject(String model, TaskKind task, List<String> labels, List<String> variants, int baseline) {

    /** Copies the lists, and refuses a baseline that is none of the variants. */
    public Subject {
        labels = List.copyOf(labels);
        variants = List.copyOf(variants);
        if (baseline < 0 || baseline >= variants.size()) {
            throw new IllegalArgumentException("the baseline is one of %s, found %d".formatted(variants, baseline));
        }
    }

    /** How many entries each counter has: the sample's, and for masks one for each draw of the bootstrap. */
    int entries() {
        return task == TaskKind.SEGMENTATION ? 1 + PoissonBootstrap.DRAWS : 1;
    }

    static Subject of(ServedModel model) {
        List<String> names = model.variants().stream().map(LoadedVariant::name).toList();
        int baseline =
                model.baseline().map(variant -> names.indexOf(variant.name())).orElse(0);
        return new Subject(model.name(), model.task().kind(), model.task().labels(), names, baseline);
    }
}
