package io.foldserve.cli;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.serving.calibration.CostCache;
import io.foldserve.serving.calibration.MachineCosts;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.session.CpuQuota;
import io.foldserve.session.SessionSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How exact alternatives are priced: by what sessions of one thread take on this machine, or by generic prices. */
final class TimingOptions {
    private static final SessionSettings SESSION = new SessionSettings(1, false, true);

    @Option(
            names = "--no-timing",
            description = "Times nothing: folds by generic prices, to the same file on every machine.")
    private boolean untimed;

    @Option(
            names = "--cost-cache",
            paramLabel = "DIR",
            description = "Where measured prices are kept; foldserve in the user's cache directory by default.")
    private Optional<Path> cache = Optional.empty();

    /** As asked for; tells {@code err} what it measures. */
    CostSource costSource(PrintWriter err) {
        if (untimed) {
            return CostSource.GENERIC;
        }
        CostCache kept = new CostCache(cache.orElseGet(CostCache::standardDirectory), err::println);
        return new MachineCosts(SESSION, CpuQuota.cores(), kept, System::nanoTime, err::println, LoadGate.single());
    }
}
