package io.foldserve.serving.experiment;

import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.experiment.AnsweredRequest.AnsweredPicture;
import io.foldserve.serving.experiment.Shadow.Outcome;
import io.foldserve.serving.experiment.Shadow.ShadowResult;
import io.foldserve.serving.experiment.Shadow.ShadowTask;
import io.foldserve.serving.meter.ExperimentMeters;
import io.foldserve.serving.meter.MeterName;
import io.foldserve.serving.store.CountKey;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Takes down what was answered, on a thread of its own: workers hand over and go on. More than can wait is lost, which
 * is counted. Thread-safe.
 */
final class Recorder implements AutoCloseable {
    private static final int MOST_WAITING = 1024;

    /** The meters that carry a count, by the first part of its name; the other parts are their tags. */
    private static final Map<String, MeterName> METERS = Map.of(
            CountName.AGREE.of(), MeterName.PAIR,
            CountName.CELL.of(), MeterName.FEEDBACK_PAIR,
            CountName.RIGHT.of(), MeterName.FEEDBACK);

    private final AnswerTable table;
    private final Ledger ledger;
    private final ExperimentMeters meters;
    private final UnitCounts units = new UnitCounts();
    private final Semaphore handedOver = new Semaphore(0);
    private final ArrayBlockingQueue<AnsweredRequest> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread;

    Recorder(AnswerTable table, Ledger ledger, ExperimentMeters meters) {
        this.table = table;
        this.ledger = ledger;
        this.meters = meters;
        this.thread = new Thread(this::work, "foldserve-recorder");
        thread.setDaemon(true);
        thread.start();
    }

    /** Hands over, without waiting. */
    void offer(AnsweredRequest request) {
        if (waiting.offer(request)) {
            handedOver.release();
        } else {
            lost.incrementAndGet();
        }
    }

    /** How many answers were lost since the start. */
    long lost() {
        return lost.get();
    }

    private void work() {
        try {
            while (true) {
                handedOver.acquire();
                handedOver.drainPermits();
                catchUp();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes down, before this returns, all that was handed over. */
    synchronized void catchUp() {
        for (AnsweredRequest next = waiting.poll(); next != null; next = waiting.poll()) {
            record(next);
        }
    }

    /** The different units that this process dealt. */
    UnitCounts units() {
        return units;
    }

    private void record(AnsweredRequest request) {
        String model = request.model().name();
        Experiment experiment = request.dealt().experiment();
        String variant = request.dealt().variant();
        units.add(model, request.dealt());
        meters.count(MeterName.EXPERIMENT_ASSIGNED, 1, model, variant);
        Map<CountKey, Long> counts = new LinkedHashMap<>();
        counts.put(new CountKey(model, experiment.key(), CountName.ASSIGNED.of(shares(experiment), variant)), 1L);
        for (AnsweredPicture picture : request.pictures()) {
            Answered answered = new Answered(
                    picture.id(),
                    model,
                    experiment.key(),
                    variant,
                    picture.width(),
                    picture.height(),
                    Map.of(variant, Given.of(picture.answer())),
                    Optional.empty());
            table.put(answered);
            ledger.put(answered.row());
            picture.nanos()
                    .forEach((stage, nanos) -> counts.merge(
                            key(answered, CountName.LATENCY.of(variant, stage.tag(), LatencySketch.bucket(nanos))),
                            1L,
                            Long::sum));
        }
        ledger.add(counts);
    }

    /** The shares as a part of a count's name: a split of other shares is counted apart. */
    static String shares(Experiment experiment) {
        return experiment.shares().entrySet().stream()
                .map(share -> share.getKey() + ":" + share.getValue())
                .collect(Collectors.joining(","));
    }

    /** Takes down what came of a shadow run. */
    void shadow(ShadowTask task, ShadowResult result) {
        catchUp();
        String outcome = result.outcome().name().toLowerCase(Locale.ROOT);
        Baseline.names(task.model()).stream()
                .filter(variant -> !variant.equals(task.variant()))
                .forEach(variant ->
                        meters.count(MeterName.SHADOW, 1, task.model().name(), variant, outcome));
        if (result.outcome() == Outcome.RUN) {
            table.find(task.id()).ifPresent(answered -> pairs(answered.with(result.answers()), task, result.nanos()));
        }
    }

    private void pairs(Answered answered, ShadowTask task, Map<String, Long> nanos) {
        table.put(answered);
        ledger.put(answered.row());
        String baseline = Baseline.of(task.model());
        Scores scores =
                new Scores(answered, baseline, task.model().task().labels().size());
        Map<CountKey, Long> counts = new LinkedHashMap<>(scores.pairs());
        answered.label()
                .filter(label -> label.matches("\\d+"))
                .ifPresent(label -> counts.putAll(scores.pairFeedback(Integer.parseInt(label))));
        double reference = Optional.ofNullable(nanos.get(baseline)).orElseThrow();
        nanos.forEach((variant, time) -> {
            if (!variant.equals(baseline)) {
                double ratio = time / reference;
                counts.put(key(answered, CountName.RATIO.of(variant, baseline, Ratios.bucket(ratio))), 1L);
                meters.ratio(answered.model(), variant, baseline, ratio);
            }
        });
        ledger.add(counts);
        count(counts);
    }

    /** Counts the same in the meters. */
    void count(Map<CountKey, Long> counts) {
        counts.forEach((key, amount) -> {
            String[] tags = key.name().split("/", -1);
            Optional<MeterName> meter = Optional.ofNullable(METERS.get(tags[0]));
            tags[0] = key.model();
            meter.ifPresent(name -> meters.count(name, amount, tags));
        });
    }

    private static CountKey key(Answered answered, String name) {
        return new CountKey(answered.model(), answered.experiment(), name);
    }

    /** Takes down what was handed over, and ends. */
    @Override
    public void close() {
        thread.interrupt();
        catchUp();
    }
}
