package io.foldserve.serving.experiment;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import java.util.List;

/** Which variant the others of a model are compared with. */
final class Baseline {
    private Baseline() {}

    /** The declared baseline, else the first variant, as an offline comparison has it. */
    static String of(ServedModel model) {
        return model.baseline().orElseGet(() -> model.variants().get(0)).name();
    }

    /** All variants' names, in the manifest's order. */
    static List<String> names(ServedModel model) {
        return model.variants().stream().map(LoadedVariant::name).toList();
    }
}
