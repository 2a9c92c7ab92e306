package io.foldserve.serving.catalogue;

import io.foldserve.serving.assignment.Assignment;
import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.assignment.UnitLookup;
import io.foldserve.task.VisionTask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A model with all its variants loaded. Thread-safe; owns the variants.
 *
 * <p>Whoever runs its sessions while the catalogue may change holds a {@link Catalogue#lease}: a model that is replaced
 * is {@linkplain #retire() retired}, and released when its last user has left.
 */
public final class ServedModel implements AutoCloseable {
    private final String name;
    private final VisionTask task;
    private final List<LoadedVariant> variants;
    private final Experiment declared;
    private volatile Assignment assignment;
    private final Leases leases = new Leases();

    private ServedModel(String name, VisionTask task, List<LoadedVariant> variants, Experiment experiment) {
        this.name = name;
        this.task = task;
        this.variants = List.copyOf(variants);
        this.declared = experiment;
        this.assignment = new Assignment(experiment, new SplittableRandom());
    }

    /**
     * A model whose traffic is split by its variants' shares.
     *
     * @param name the model's public name
     * @param task how an image becomes an input and an output becomes an answer
     * @param variants the loaded variants, at least one, in the manifest's order
     */
    public static ServedModel of(String name, VisionTask task, List<LoadedVariant> variants) {
        Map<String, Integer> shares = new LinkedHashMap<>();
        variants.forEach(variant -> shares.put(variant.name(), variant.share()));
        return of(name, task, variants, Experiment.traffic(shares));
    }

    /** A model whose requests {@code experiment} deals to its variants, all of which it knows. */
    public static ServedModel of(String name, VisionTask task, List<LoadedVariant> variants, Experiment experiment) {
        return new ServedModel(name, task, variants, experiment);
    }

    /** The model's public name. */
    public String name() {
        return name;
    }

    /** How an image becomes an input and an output becomes an answer. */
    public VisionTask task() {
        return task;
    }

    /** The loaded variants, at least one, in the manifest's order. */
    public List<LoadedVariant> variants() {
        return variants;
    }

    /** How the manifest says that requests are dealt to the variants. */
    public Experiment declaredExperiment() {
        return declared;
    }

    /** How requests are dealt to the variants now. */
    public Experiment experiment() {
        return assignment.experiment();
    }

    /** Deals the requests from now on by {@code experiment}, which knows all variants. */
    public void deal(Experiment experiment) {
        assignment = new Assignment(experiment, new SplittableRandom());
    }

    /** Deals a request that says {@code unit} of itself to a variant. */
    public Dealt deal(UnitLookup unit) {
        return assignment.deal(unit);
    }

    /** The variant called {@code name}, if the model has one, whatever its share. */
    public Optional<LoadedVariant> variant(String name) {
        return variants.stream().filter(variant -> variant.name().equals(name)).findFirst();
    }

    /**
     * The variant called {@code name}, whatever its share.
     *
     * @throws UnknownNameException if the model has none, with the names that it has
     */
    public LoadedVariant expectVariant(String name) {
        return variant(name)
                .orElseThrow(() -> new UnknownNameException(
                        "variant",
                        name,
                        variants.stream().map(LoadedVariant::name).toList()));
    }

    /** The variant that the others are compared with, if one is declared. */
    public Optional<LoadedVariant> baseline() {
        return variants.stream().filter(LoadedVariant::baseline).findFirst();
    }

    /** Keeps the model from being released; nothing once it is retired. */
    Optional<ModelLease> lease() {
        return leases.take() ? Optional.of(new ModelLease(this, leases)) : Optional.empty();
    }

    /** Grants no more leases, and releases the variants on a thread of its own once the last lease has ended. */
    void retire() {
        if (leases.retire()) {
            Thread releasing = new Thread(this::releaseUnused, "foldserve-releasing-" + name);
            releasing.setDaemon(true);
            releasing.start();
        }
    }

    private void releaseUnused() {
        try {
            leases.awaitNone();
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Releases every variant at once, after the runs under way; leases do not keep it. */
    @Override
    public void close() {
        variants.forEach(LoadedVariant::close);
    }
}
