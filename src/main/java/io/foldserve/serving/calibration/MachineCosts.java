package io.foldserve.serving.calibration;

import io.foldserve.fold.cost.CostModel;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.cost.Stopwatch;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.session.SessionSettings;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Prices by what this machine was measured to take, at the latest when the first network asks; near-ties are timed.
 *
 * <p>Thread-safe: one thread measures, others wait for it.
 */
public final class MachineCosts implements CostSource {
    private final SessionSettings settings;
    private final int cores;
    private final CostCache cache;
    private final LongSupplier nanoClock;
    private final Consumer<String> log;
    private final LoadGate gate;
    private final SessionStopwatch stopwatch;
    private @Nullable CostModel costs;

    /**
     * @param settings of the sessions that will run what is folded
     * @param cores that this process may use
     * @param nanoClock times, in nanoseconds
     * @param log is told what was measured
     * @param gate of the loads, beside which nothing is measured
     */
    public MachineCosts(
            SessionSettings settings,
            int cores,
            CostCache cache,
            LongSupplier nanoClock,
            Consumer<String> log,
            LoadGate gate) {
        this.settings = settings;
        this.cores = cores;
        this.cache = cache;
        this.nanoClock = nanoClock;
        this.log = log;
        this.gate = gate;
        this.stopwatch = new SessionStopwatch(settings, nanoClock);
    }

    /** The thread that waits for the gate holds no lock, lest a load that waits for the lock keep the gate shut. */
    @Override
    public CostModel costs() {
        return known().orElseGet(() -> gate.alone(this::settled));
    }

    private synchronized Optional<CostModel> known() {
        return Optional.ofNullable(costs);
    }

    private synchronized CostModel settled() {
        CostModel known = costs;
        if (known == null) {
            Machine machine = Machine.current(cores, settings.intraOpThreads());
            known = cache.read(machine).orElseGet(() -> measured(machine));
            costs = known;
        }
        return known;
    }

    private CostModel measured(Machine machine) {
        long start = nanoClock.getAsLong();
        Optional<CostModel> measured = Calibration.measure(settings, nanoClock);
        long millis = (nanoClock.getAsLong() - start) / 1_000_000;
        if (measured.isEmpty()) {
            log.accept(
                    "the costs measured in %d ms make no sense; folds are decided by generic ones".formatted(millis));
            return CostModel.GENERIC;
        }
        log.accept("measured in %d ms on %s: %s".formatted(millis, machine, measured.get()));
        cache.write(machine, measured.get());
        return measured.get();
    }

    @Override
    public Optional<Stopwatch> stopwatch() {
        return Optional.of((favourite, rival) ->
                stopwatch.known(favourite, rival).orElseGet(() -> gate.alone(() -> stopwatch.time(favourite, rival))));
    }
}
