package io.foldserve.serving.life;

import io.foldserve.serving.gate.SideBySide;
import io.foldserve.serving.load.ModelLoader;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The order in which the models of a start are loaded, as many at a time as the loader loads variants.
 *
 * <p>Those that were prepared come first, for they are the soonest and the surest, and of the others those of small
 * variants, unless they fail: see {@link BothEnds}. Of more models than are loaded at a time, what will be refused
 * comes last, and so do networks that may hold a loop without end, each of which may take until its run is given up. So
 * one that is good is served soon, whatever lies beside it. Thread-safe.
 */
final class LoadOrder {
    private final ModelLoader loader;
    private final Predicate<Declared> load;

    /**
     * Loads through {@code load}, which does not throw and says whether the model is served, what {@code loader} thinks
     * promising.
     */
    LoadOrder(ModelLoader loader, Predicate<Declared> load) {
        this.loader = loader;
        this.load = load;
    }

    /** Loads {@code models}, and returns when all are settled or this thread is interrupted. */
    void run(Collection<Declared> models) {
        Map<Boolean, List<Declared>> byPrepared = models.stream()
                .sorted(Comparator.comparingLong(Declared::bytes).thenComparing(Declared::name))
                .collect(Collectors.partitioningBy(model -> loader.isPrepared(model.manifest())));
        List<Declared> prepared = byPrepared.getOrDefault(true, List.of());
        List<Declared> others = byPrepared.getOrDefault(false, List.of());
        if (models.size() <= loader.atATime()) {
            sideBySide(Stream.concat(prepared.stream(), others.stream()).toList(), load);
            return;
        }
        Set<Declared> last = new ConcurrentSkipListSet<>(Comparator.comparing(Declared::name));
        Predicate<Declared> promising = model -> {
            if (loader.isPromising(model.manifest())) {
                return load.test(model);
            }
            return !last.add(model);
        };
        sideBySide(prepared, promising);
        sideBySide(others, promising);
        sideBySide(List.copyOf(last), load);
    }

    private void sideBySide(List<Declared> models, Predicate<Declared> work) {
        BothEnds ends = new BothEnds(models);
        Runnable one = () -> ends.next().ifPresent(model -> ends.tried(work.test(model)));
        SideBySide.run(loader.atATime(), Collections.nCopies(models.size(), one));
    }
}
