package io.foldserve.serving.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What one machine counted of its part of a test set, as it is written to a file. Immutable.
 *
 * @param format {@value #FORMAT}
 * @param shard which part, from 0
 * @param of how many parts there are
 * @param subject what was compared
 * @param pictures how many pictures
 * @param labelled how many of them with a right answer
 * @param unreadable those that could not be compared
 * @param disagreements the first ones of each variant
 * @param counts the counters
 */
record Shard(
        String format,
        int shard,
        int of,
        Subject subject,
        long pictures,
        long labelled,
        List<Unreadable> unreadable,
        List<Disagreement> disagreements,
        Map<String, long[]> counts) {
    private static final String FORMAT = "foldserve-comparison-shard-1";
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

    /** Refuses counters that are not of the task's length. */
    Shard {
        int entries = subject.entries();
        counts.forEach((name, vector) -> {
            if (vector.length != entries) {
                throw new IllegalArgumentException(
                        "counter %s has %d entries, found %d".formatted(name, entries, vector.length));
            }
        });
    }

    /** The file's bytes. */
    static byte[] write(Tally tally, int shard, int of) {
        try {
            return JSON.writeValueAsBytes(new Shard(
                    FORMAT,
                    shard,
                    of,
                    tally.subject(),
                    tally.pictures(),
                    tally.labelled(),
                    tally.unreadable(),
                    tally.disagreements().all(),
                    tally.counts().all()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a shard cannot be written as JSON", e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws InvalidInputException if it holds no shard
     */
    static Shard read(Path file) {
        try {
            Shard shard = JSON.readValue(Files.readAllBytes(file), Shard.class);
            if (FORMAT.equals(shard.format)) {
                return shard;
            }
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    file.toString(), "expected a file that compare --shard wrote, found: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new InvalidInputException(file.toString(), "cannot be read: " + FileFailure.reason(e));
        }
        throw new InvalidInputException(
                file.toString(), "expected a file that compare --shard wrote, of format " + FORMAT);
    }

    Tally tally() {
        Tally tally = new Tally(subject, new Counts(counts), pictures, labelled);
        unreadable.forEach(tally::add);
        disagreements.forEach(tally::add);
        return tally;
    }
}
