package io.foldserve.benchmark;

import io.foldserve.session.ModelSession;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Runs a session in this process, without HTTP, decoding or answers: what the service is compared with. */
final class BareSession {
    private BareSession() {}

    /** Runs {@code session} from {@code threads} threads for {@code seconds}. */
    static Wrk.Result run(ModelSession session, Map<String, Tensor> inputs, int threads, int seconds) throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            var runs = IntStream.range(0, threads)
                    .mapToObj(thread -> pool.submit(() -> latencies(session, inputs, end)))
                    .toList();
            long[] all = new long[0];
            for (Future<long[]> run : runs) {
                long[] some = run.get();
                int before = all.length;
                all = Arrays.copyOf(all, before + some.length);
                System.arraycopy(some, 0, all, before, some.length);
            }
            Arrays.sort(all);
            return new Wrk.Result(
                    (double) all.length / seconds, all[all.length / 2] / 1e6, all[all.length * 99 / 100] / 1e6);
        } finally {
            pool.shutdown();
        }
    }

    private static long[] latencies(ModelSession session, Map<String, Tensor> inputs, long end) {
        long[] nanos = new long[1024];
        int count = 0;
        for (long start = System.nanoTime(); start < end; ) {
            if (session.run(inputs).isEmpty()) {
                throw new IllegalStateException("the session has no outputs");
            }
            long now = System.nanoTime();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = now - start;
            start = now;
        }
        return Arrays.copyOf(nanos, count);
    }
}
