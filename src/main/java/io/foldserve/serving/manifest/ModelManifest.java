package io.foldserve.serving.manifest;

import io.foldserve.serving.assignment.Experiment;
import io.foldserve.task.Head;
import io.foldserve.task.MaskSize;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.TaskKind;
import io.foldserve.task.VisionTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model as its folder's {@code model.yaml} declares it.
 *
 * <p>Immutable and thread-safe. A value of this type came through {@link ManifestReader}: its files exist inside the
 * model's folder, at most one variant is the baseline, and the traffic shares sum to more than 0.
 *
 * @param name the model's public name, which is its folder's
 * @param folder where its files are
 * @param task what the model answers
 * @param head what the networks' outputs mean, if they must not tell themselves
 * @param labels one label per class, in the order of the network's outputs
 * @param maskSize the size of a segmentation's mask where a request does not say it
 * @param input how an image becomes the network's input
 * @param variants the checkpoints behind the name, at least one, in the file's order
 * @param experiment how requests are dealt to the variants: as declared, else by their traffic
 */
public record ModelManifest(
        String name,
        Path folder,
        TaskKind task,
        Optional<Head> head,
        List<String> labels,
        MaskSize maskSize,
        Preprocessing input,
        List<VariantManifest> variants,
        Experiment experiment) {

    /** Copies the lists. */
    public ModelManifest {
        labels = List.copyOf(labels);
        variants = List.copyOf(variants);
    }

    /** The variant called {@code name}, if the model has one. */
    public Optional<VariantManifest> variant(String name) {
        return variants.stream().filter(variant -> variant.name().equals(name)).findFirst();
    }

    /** The variant that the others are compared with, if one is declared. */
    public Optional<VariantManifest> baseline() {
        return variants.stream().filter(VariantManifest::baseline).findFirst();
    }

    /**
     * The way from an image's bytes to an answer.
     *
     * @throws io.foldserve.problem.InvalidInputException if the task needs more labels
     */
    public VisionTask visionTask() {
        return new VisionTask(task, input, labels, maskSize);
    }
}
