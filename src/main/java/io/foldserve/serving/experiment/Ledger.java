package io.foldserve.serving.experiment;

import io.foldserve.serving.store.AnswerRow;
import io.foldserve.serving.store.Batch;
import io.foldserve.serving.store.CountKey;
import io.foldserve.serving.store.ExperimentStore;
import io.foldserve.serving.store.Feedback;
import io.foldserve.serving.store.StoreException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this process counted, and what of it is still to be written. Adding takes no time; a writer calls {@link #flush}
 * now and then. While the store is gone counts wait, which takes no more room however many they count, and of the
 * answers the newest; the others are lost, which is counted. Thread-safe.
 */
final class Ledger {
    /** Answers that wait at most. */
    static final int MOST_ANSWERS = 10_000;

    /** Different counts that wait at most: of more, something else than requests makes up names. */
    static final int MOST_COUNTS = 100_000;

    private final ExperimentStore store;
    private final Map<CountKey, Long> sinceStart = new HashMap<>();
    private final AtomicLong lost = new AtomicLong();
    private final ReentrantLock writing = new ReentrantLock();
    private Map<CountKey, Long> counts = new HashMap<>();
    private Map<String, AnswerRow> answers = new LinkedHashMap<>();
    private Batch underway = Batch.of(Map.of(), List.of());
    private long batches;

    Ledger(ExperimentStore store) {
        this.store = store;
    }

    /** Adds to the counts, to be written later. */
    synchronized void add(Map<CountKey, Long> added) {
        added.forEach((key, amount) -> {
            if (counts.size() < MOST_COUNTS || counts.containsKey(key)) {
                counts.merge(key, amount, Long::sum);
                sinceStart.merge(key, amount, Long::sum);
            } else {
                lost.incrementAndGet();
            }
        });
    }

    /** Keeps an answer, in place of what was kept under its id, to be written later. */
    synchronized void put(AnswerRow answer) {
        answers.remove(answer.id());
        answers.put(answer.id(), answer);
        if (answers.size() > MOST_ANSWERS) {
            answers.remove(answers.keySet().iterator().next());
            lost.incrementAndGet();
        }
    }

    /** How many answers and counts were lost since the start. */
    long lost() {
        return lost.get();
    }

    /**
     * Writes what waits.
     *
     * @throws StoreException if the store is gone; all still waits then
     */
    void flush() {
        writing.lock();
        try {
            if (underway.isEmpty()) {
                underway = take();
                batches += underway.isEmpty() ? 0 : 1;
            }
            if (!underway.isEmpty()) {
                store.write(underway, batches);
                underway = Batch.of(Map.of(), List.of());
            }
        } finally {
            writing.unlock();
        }
    }

    private synchronized Batch take() {
        Batch batch = Batch.of(counts, answers.values());
        counts = new HashMap<>();
        answers = new LinkedHashMap<>();
        return batch;
    }

    /**
     * Adds what is said of answers, each once; durable when it returns.
     *
     * @return for each what was said of it before, if anything was
     * @throws StoreException if the store is gone; nothing is added then
     */
    List<Optional<String>> settle(List<Feedback> feedback) {
        List<Optional<String>> before = store.settle(feedback);
        synchronized (this) {
            for (int i = 0; i < before.size(); i++) {
                if (before.get(i).isEmpty()) {
                    feedback.get(i).counts().forEach((key, amount) -> sinceStart.merge(key, amount, Long::sum));
                }
            }
        }
        return before;
    }

    /** What was counted, and by whom. */
    record Counted(Map<String, Long> counts, boolean byAll) {}

    /** What all processes counted of an experiment, or this one since its start while the store is gone. */
    Counted counted(String model, String experiment) {
        try {
            flush();
            return new Counted(store.counts(model, experiment), true);
        } catch (StoreException gone) {
            Map<String, Long> own = new TreeMap<>();
            synchronized (this) {
                sinceStart.forEach((key, amount) -> {
                    if (key.model().equals(model) && key.experiment().equals(experiment)) {
                        own.put(key.name(), amount);
                    }
                });
            }
            return new Counted(own, false);
        }
    }
}
