package io.foldserve.serving.life;

import io.foldserve.serving.gate.SideBySide;
import io.foldserve.serving.load.ModelLoader;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
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
        List<Declared> ordered = Stream.of(true, false)
                .flatMap(prepared -> byPrepared.getOrDefault(prepared, List.of()).stream())
                .toList();
        if (ordered.size() <= loader.atATime()) {
            sideBySide(ordered, this::loadAsItComes);
            return;
        }
        BothEnds ends = new BothEnds(ordered);
        Set<Declared> last = new ConcurrentSkipListSet<>(Comparator.comparing(Declared::name));
        sideBySide(ordered, place -> ends.next().ifPresent(model -> tryOrLeave(model, ends, last)));
        sideBySide(last, this::loadAsItComes);
    }

    private void loadAsItComes(Declared model) {
        boolean unused = load.test(model);
    }

    private void tryOrLeave(Declared model, BothEnds ends, Set<Declared> last) {
        if (loader.isPromising(model.manifest())) {
            ends.tried(load.test(model));
        } else {
            last.add(model);
        }
    }

    private void sideBySide(Collection<Declared> models, Consumer<Declared> work) {
        SideBySide.run(
                loader.atATime(),
                models.stream().<Runnable>map(model -> () -> work.accept(model)).toList());
    }
}
