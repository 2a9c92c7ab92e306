package io.foldserve.serving.experiment;

import io.foldserve.serving.store.AnswerRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was answered under an id. Immutable.
 *
 * @param id the answer's id
 * @param model the model's name
 * @param experiment the key of the experiment that it counts for
 * @param variant the variant that answered
 * @param width of the picture that was sent; 0 if a network's own input was
 * @param height of the picture that was sent; 0 if a network's own input was
 * @param answers the answers by variant: that variant's, and others' once they were run too
 * @param label what was said to be right, if anything was
 */
record Answered(
        String id,
        String model,
        String experiment,
        String variant,
        int width,
        int height,
        Map<String, Given> answers,
        Optional<String> label) {
    private static final int FORMAT = 1;

    Answered {
        answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
    }

    /** The same with the answers of more variants. */
    Answered with(Map<String, Given> more) {
        Map<String, Given> all = new LinkedHashMap<>(more);
        all.putAll(answers);
        return new Answered(id, model, experiment, variant, width, height, all, label);
    }

    /** The same, of which {@code said} was said. */
    Answered saying(String said) {
        return new Answered(id, model, experiment, variant, width, height, answers, Optional.of(said));
    }

    /** How many bytes it takes, about. */
    int size() {
        return 200 + answers.values().stream().mapToInt(Given::size).sum();
    }

    AnswerRow row() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(variant);
            out.writeInt(width);
            out.writeInt(height);
            out.writeInt(answers.size());
            for (Map.Entry<String, Given> answer : answers.entrySet()) {
                out.writeUTF(answer.getKey());
                answer.getValue().write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written to it", e);
        }
        return new AnswerRow(id, model, experiment, new AnswerRow.Content(bytes.toByteArray()));
    }

    /** What {@link #row} wrote; empty if another version of the service wrote it. */
    static Optional<Answered> of(AnswerRow row) {
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(row.content().bytes()))) {
            if (in.readByte() != FORMAT) {
                return Optional.empty();
            }
            String variant = in.readUTF();
            int width = in.readInt();
            int height = in.readInt();
            Map<String, Given> answers = new LinkedHashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                answers.put(in.readUTF(), Given.read(in));
            }
            return Optional.of(new Answered(
                    row.id(), row.model(), row.experiment(), variant, width, height, answers, Optional.empty()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
