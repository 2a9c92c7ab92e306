package io.foldserve.serving.experiment;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The last answers of this process by id, bounded in number and in bytes; the oldest goes first. Thread-safe. */
final class AnswerTable {
    private final int most;
    private final long mostBytes;
    private final LinkedHashMap<String, Answered> answers = new LinkedHashMap<>();
    private long bytes;

    AnswerTable(int most, long mostBytes) {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    /** Keeps {@code answered} in place of what was kept under its id. */
    synchronized void put(Answered answered) {
        Answered before = answers.put(answered.id(), answered);
        bytes += answered.size() - (before == null ? 0 : before.size());
        while (answers.size() > most || (bytes > mostBytes && answers.size() > 1)) {
            Map.Entry<String, Answered> oldest = answers.entrySet().iterator().next();
            bytes -= oldest.getValue().size();
            answers.remove(oldest.getKey());
        }
    }

    synchronized Optional<Answered> find(String id) {
        return Optional.ofNullable(answers.get(id));
    }

    /** The answers that {@code test} accepts, the oldest first. */
    synchronized List<Answered> all(Predicate<Answered> test) {
        return answers.values().stream().filter(test).toList();
    }
}
