package io.foldserve.benchmark;

/** Runs every benchmark. */
public final class Benchmark {
    private Benchmark() {}

    /** Prints all figures. */
    public static void main(String[] arguments) throws Exception {
        FoldBenchmark.main(arguments);
        CostBenchmark.main(arguments);
        FormsBenchmark.main(arguments);
        ServingBenchmark.main(arguments);
    }
}
