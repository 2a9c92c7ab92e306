package io.foldserve.cli;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.load.FoldedVariant;
import io.foldserve.serving.load.LoadPipeline;
import io.foldserve.serving.load.PhaseTimer;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.session.SessionException;
import io.foldserve.session.SessionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model folder named on the command line, and its variants that are asked for.
 *
 * @param manifest the model
 * @param variants the variants, at least one
 */
record OfflineModel(ModelManifest manifest, List<VariantManifest> variants) {
    /** The most pixels of a picture, by the service's default. */
    static final long MAX_PIXELS = 25_000_000;

    private static final SessionSettings SESSION = new SessionSettings(1, false, true);
    private static final double TOLERANCE = 2e-5;
    private static final int PROBES = 4;

    /**
     * Reads {@code input}.
     *
     * @param variant the only variant that is asked for, or empty for all
     * @throws InvalidInputException with every problem of the folder
     */
    static OfflineModel read(Path input, Optional<String> variant) {
        if (!Files.isDirectory(input)) {
            throw new InvalidInputException(
                    input.toString(),
                    Files.exists(input)
                            ? "expected a model's folder or an ONNX file, found another file; init writes the"
                                    + " model.yaml with which a checkpoint's folder is one"
                            : "there is no such file or folder");
        }
        ModelManifest manifest = ManifestReader.read(input);
        List<VariantManifest> variants = manifest.variants().stream()
                .filter(declared -> variant.isEmpty() || declared.name().equals(variant.orElseThrow()))
                .toList();
        if (variants.isEmpty()) {
            throw new InvalidInputException(
                    input.toString(),
                    "variant %s: expected one of %s"
                            .formatted(
                                    variant.orElseThrow(),
                                    manifest.variants().stream()
                                            .map(VariantManifest::name)
                                            .toList()));
        }
        return new OfflineModel(manifest, variants);
    }

    /**
     * Reads, builds, folds and audits one of the variants, as the service does.
     *
     * @throws InvalidInputException with every problem of the checkpoint, the architecture or the fold
     */
    FoldedVariant fold(VariantManifest variant, CostSource costSource) {
        return FoldedVariant.of(manifest, variant, costSource, new PhaseTimer(System::nanoTime));
    }

    /**
     * Loads every variant as the service does by default, proof included, with sessions of one thread.
     *
     * @throws InvalidInputException with every problem of every variant
     */
    ServedModel load(CostSource costSource) {
        LoadPipeline pipeline =
                new LoadPipeline(SESSION, SESSION.intraOpThreads(), costSource, TOLERANCE, PROBES, System::nanoTime);
        Problems problems = new Problems(manifest.name());
        List<LoadedVariant> loaded = new ArrayList<>();
        for (VariantManifest variant : variants) {
            try {
                loaded.add(pipeline.load(manifest, variant));
            } catch (InvalidInputException e) {
                problems.addAll(variant.name(), e);
            } catch (SessionException e) {
                problems.add(variant.name() + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            loaded.forEach(LoadedVariant::close);
        }
        problems.throwIfAny();
        return ServedModel.of(manifest.name(), manifest.visionTask(), loaded);
    }

    /** The variant's name across models: {@code digits-doconv}. */
    String title(VariantManifest variant) {
        return manifest.name() + "-" + variant.name();
    }
}
