package io.foldserve.serving.comparison;

import io.foldserve.problem.FileFailure;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.serving.measure.PairedTiming;
import io.foldserve.task.Answer;
import io.foldserve.task.NotFiniteException;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.ImageException;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.InvalidImageException;
import io.foldserve.task.image.LabelMask;
import io.foldserve.task.image.RasterImage;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Runs every variant of a model on every picture of a test set: a picture is read, decoded and prepared once, and all
 * variants see the same tensor. Pictures are spread over threads, a picture at a time. For one run by one thread.
 */
public final class ComparisonRun {
    private static final int TOP = 5;
    private static final int TIMED_PICTURES = 32;
    private static final long SEED = 2026;

    private final ServedModel model;
    private final ImageLimits limits;
    private final int threads;
    private final ConcurrentLinkedQueue<PreparedImage> prepared = new ConcurrentLinkedQueue<>();

    /** A run of {@code model} on {@code threads} threads that refuses pictures beyond {@code limits}. */
    public ComparisonRun(ServedModel model, ImageLimits limits, int threads) {
        this.model = model;
        this.limits = limits;
        this.threads = threads;
    }

    /**
     * Compares the variants on {@code set}.
     *
     * @param progress is told how many pictures are done, by any thread
     * @throws IllegalStateException if the thread is interrupted
     */
    public Tally run(TestSet set, IntConsumer progress) {
        Tally tally = new Tally(Subject.of(model));
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        Workers.run(threads, () -> {
            for (int i = next.getAndIncrement(); i < set.size(); i = next.getAndIncrement()) {
                compare(set.examples().get(i), tally);
                progress.accept(done.incrementAndGet());
            }
        });
        return tally;
    }

    private void compare(Example example, Tally tally) {
        try {
            tally.add(answered(example));
        } catch (ImageException | NotFiniteException e) {
            tally.add(new Unreadable(
                    example.name(), Optional.ofNullable(e.getMessage()).orElse("cannot be read")));
        } catch (IOException e) {
            tally.add(new Unreadable(example.name(), "the file cannot be read: " + FileFailure.reason(e)));
        }
    }

    private Answered answered(Example example) throws IOException {
        VisionTask task = model.task();
        RasterImage decoded = task.decode(Files.readAllBytes(example.file()), limits);
        int[] truth = truth(example, decoded);
        PreparedImage image = task.preprocess(decoded);
        List<Answer> answers = new ArrayList<>();
        for (LoadedVariant variant : model.variants()) {
            answers.add(task.postprocess(
                    variant.session().shared().run(image.inputs()),
                    Math.min(TOP, task.labels().size())));
        }
        if (prepared.size() < TIMED_PICTURES) {
            prepared.add(image);
        }
        return new Answered(example, image, answers, truth);
    }

    /** The right class of each pixel that the network sees; empty if it is not known. */
    private int[] truth(Example example, RasterImage decoded) throws IOException {
        if (example.mask().isEmpty()) {
            return new int[0];
        }
        LabelMask mask = LabelMask.decode(Files.readAllBytes(example.mask().orElseThrow()), limits);
        if (mask.width() != decoded.width() || mask.height() != decoded.height()) {
            throw new InvalidImageException("expected a mask of the picture's size %d×%d, found %d×%d"
                    .formatted(decoded.width(), decoded.height(), mask.width(), mask.height()));
        }
        int[] truth = model.task().preprocessing().apply(mask);
        int classes = model.task().labels().size();
        Arrays.stream(truth)
                .filter(index -> index >= classes && index != LabelMask.IGNORED)
                .findFirst()
                .ifPresent(index -> {
                    throw new InvalidImageException("the mask marks class %d, expected one below %d, or %d for ignored"
                            .formatted(index, classes, LabelMask.IGNORED));
                });
        return truth;
    }

    /**
     * The time of every other variant relative to the baseline, by the variant's number, from interleaved runs on
     * pictures of the set, one at a time; empty before a picture was compared.
     *
     * @param duration how long each variant is timed
     */
    public Map<Integer, LatencyRatio> latency(Duration duration) {
        List<PreparedImage> images = List.copyOf(prepared);
        Subject subject = Subject.of(model);
        Map<Integer, LatencyRatio> ratios = new TreeMap<>();
        if (!images.isEmpty() && !duration.isZero()) {
            IntStream.range(0, model.variants().size())
                    .filter(variant -> variant != subject.baseline())
                    .forEach(variant -> ratios.put(variant, time(variant, subject.baseline(), images, duration)));
        }
        return ratios;
    }

    private LatencyRatio time(int variant, int baseline, List<PreparedImage> images, Duration duration) {
        return new PairedTiming(System::nanoTime, new SplittableRandom(SEED))
                .measure(run(variant, images), run(baseline, images), duration);
    }

    private IntConsumer run(int variant, List<PreparedImage> images) {
        LoadedVariant loaded = model.variants().get(variant);
        return pair ->
                loaded.session().shared().run(images.get(pair % images.size()).inputs());
    }
}
