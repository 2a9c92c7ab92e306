package io.foldserve.serving.experiment;

import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.comparison.LabelNames;
import io.foldserve.serving.experiment.AnsweredRequest.AnsweredPicture;
import io.foldserve.serving.experiment.FeedbackResult.Refused;
import io.foldserve.serving.store.ExperimentStore;
import io.foldserve.serving.store.Feedback;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.TaskKind;
import io.foldserve.task.image.LabelMask;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes feedback: finds the answer, judges it, and counts it once and for good. Thread-safe. */
final class FeedbackDesk {
    private final AnswerTable table;
    private final Ledger ledger;
    private final Recorder recorder;
    private final ExperimentStore store;

    FeedbackDesk(AnswerTable table, Ledger ledger, Recorder recorder, ExperimentStore store) {
        this.table = table;
        this.ledger = ledger;
        this.recorder = recorder;
        this.store = store;
    }

    /**
     * Counts classes; see {@link Experiments#feedback(ServedModel, List)}.
     *
     * @throws InvalidRequestException if the model segments
     */
    FeedbackResult classes(ServedModel model, List<FeedbackItem> items) {
        if (model.task().kind() == TaskKind.SEGMENTATION) {
            throw new InvalidRequestException(
                    "model %s segments: send the right mask as a PNG, with ?id= of the answer".formatted(model.name()));
        }
        recorder.catchUp();
        Desk desk = new Desk();
        LabelNames names = new LabelNames(model.task().labels());
        for (FeedbackItem item : items) {
            Optional<Integer> truth = names.find(item.label());
            if (truth.isEmpty()) {
                desk.refuse(
                        item.id(),
                        "expected one of the model's labels or an index below %d, found '%s'"
                                .formatted(names.labels().size(), item.label()));
            } else {
                int index = truth.orElseThrow();
                desk.add(
                        model,
                        item.id(),
                        answered -> new Feedback(
                                answered.row(),
                                String.valueOf(index),
                                scores(model, answered).feedback(index)));
            }
        }
        return desk.settle();
    }

    /**
     * Counts a mask; see {@link Experiments#feedback(ServedModel, String, LabelMask)}.
     *
     * @throws InvalidRequestException if the model classifies, or the mask is not of the picture's size
     */
    FeedbackResult mask(ServedModel model, String id, LabelMask mask) {
        if (model.task().kind() != TaskKind.SEGMENTATION) {
            throw new InvalidRequestException(
                    "model %s classifies: send {\"id\": \"…\", \"label\": \"…\"} as JSON".formatted(model.name()));
        }
        recorder.catchUp();
        Desk desk = new Desk();
        desk.add(model, id, answered -> {
            int[] truth = truth(model, answered, mask);
            return new Feedback(
                    answered.row(), digest(truth), scores(model, answered).feedback(truth));
        });
        return desk.settle();
    }

    private static int[] truth(ServedModel model, Answered answered, LabelMask mask) {
        Preprocessing preprocessing = model.task().preprocessing();
        boolean ofNetwork = answered.width() == AnsweredPicture.NETWORK_SIZE;
        int width = ofNetwork ? preprocessing.width() : answered.width();
        int height = ofNetwork ? preprocessing.height() : answered.height();
        if (mask.width() != width || mask.height() != height) {
            throw new InvalidRequestException("expected a mask of the picture's size %d×%d, found %d×%d"
                    .formatted(width, height, mask.width(), mask.height()));
        }
        int[] truth = ofNetwork ? mask.classes() : preprocessing.apply(mask);
        int classes = model.task().labels().size();
        Arrays.stream(truth)
                .filter(index -> index >= classes && index != LabelMask.IGNORED)
                .findFirst()
                .ifPresent(index -> {
                    throw new InvalidRequestException(
                            "the mask marks class %d, expected one below %d, or %d for ignored"
                                    .formatted(index, classes, LabelMask.IGNORED));
                });
        return truth;
    }

    private static String digest(int... mask) {
        try {
            byte[] text = Arrays.toString(mask).getBytes(StandardCharsets.US_ASCII);
            return "mask:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Scores scores(ServedModel model, Answered answered) {
        return new Scores(answered, Baseline.of(model), model.task().labels().size());
    }

    /** How an answer is judged. */
    @FunctionalInterface
    private interface Judge {
        Feedback judge(Answered answered);
    }

    /** The feedback of one call. */
    private final class Desk {
        private final Map<String, Feedback> feedback = new LinkedHashMap<>();
        private final List<Refused> refused = new ArrayList<>();
        private int repeated;

        void refuse(String id, String reason) {
            refused.add(new Refused(id, reason));
        }

        void add(ServedModel model, String id, Judge judge) {
            Optional<Answered> answered = find(id).filter(found -> found.model().equals(model.name()));
            if (answered.isEmpty()) {
                refuse(id, AnswerIds.isId(id) ? "unknown, or no longer kept" : "unknown: no answer has such an id");
                return;
            }
            Feedback said = judge.judge(answered.orElseThrow());
            Optional<Feedback> before = Optional.ofNullable(feedback.putIfAbsent(id, said));
            before.ifPresent(first -> repeat(id, said.label(), first.label()));
        }

        private Optional<Answered> find(String id) {
            return table.find(id)
                    .or(() -> AnswerIds.isId(id) ? store.answer(id).flatMap(Answered::of) : Optional.empty());
        }

        private void repeat(String id, String label, String first) {
            if (label.equals(first)) {
                repeated++;
            } else {
                refuse(id, "was said to be something else before; the first feedback stands");
            }
        }

        FeedbackResult settle() {
            List<Feedback> all = List.copyOf(feedback.values());
            List<Optional<String>> before = all.isEmpty() ? List.of() : ledger.settle(all);
            int counted = 0;
            for (int i = 0; i < before.size(); i++) {
                Feedback said = all.get(i);
                if (before.get(i).isPresent()) {
                    repeat(said.answer().id(), said.label(), before.get(i).orElseThrow());
                } else {
                    counted++;
                    recorder.count(said.counts());
                    table.find(said.answer().id()).ifPresent(answered -> table.put(answered.saying(said.label())));
                }
            }
            return new FeedbackResult(counted, repeated, refused);
        }
    }
}
