package io.foldserve.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Whether anything that requests leave behind grows: threads, descriptors and resident memory of a service over
 * {@code -Drequests} requests of every form, after a tenth as many to warm it up, and the slope of each by least
 * squares. The heap is small, so that it is full after the first requests and what grows is something else.
 */
public final class SlopeBenchmark {
    private static final int REQUESTS = Integer.getInteger("requests", 100_000);
    private static final int STEPS = 10;
    private static final int CLIENTS = 4;

    private SlopeBenchmark() {}

    /** Prints the figures. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String[] options = {"-Xmx128m", "-Dfoldserve.parity.at-load=0s", "-Dfoldserve.fold.timing=false"};
        try (Service service = Service.start(Path.of("models"), options)) {
            MixedLoad load = new MixedLoad(service.address().getPort());
            load.run(CLIENTS, REQUESTS / STEPS);
            List<ProcessStatus> statuses = new ArrayList<>(List.of(service.status()));
            for (int step = 1; step <= STEPS; step++) {
                Map<String, LongAdder> answers = load.run(CLIENTS, REQUESTS / STEPS);
                statuses.add(service.status());
                System.out.printf("%d requests: %s %s%n", step * REQUESTS / STEPS, statuses.get(step), answers);
            }
            print("threads", statuses, ProcessStatus::threads);
            print("descriptors", statuses, ProcessStatus::descriptors);
            print("resident MiB", statuses, ProcessStatus::residentMib);
        }
    }

    private static void print(String what, List<ProcessStatus> statuses, ToLongFunction<ProcessStatus> quantity) {
        double[] values = statuses.stream().mapToLong(quantity).asDoubleStream().toArray();
        System.out.printf("%s: %+.2f a step of %d requests%n", what, slope(values), REQUESTS / STEPS);
    }

    /** The slope of {@code values} at 0, 1, 2, … by least squares. */
    private static double slope(double[] values) {
        double middle = (values.length - 1) / 2.0;
        double covariance = IntStream.range(0, values.length)
                .mapToDouble(i -> (i - middle) * values[i])
                .sum();
        double variance = IntStream.range(0, values.length)
                .mapToDouble(i -> (i - middle) * (i - middle))
                .sum();
        return covariance / variance;
    }
}
