package io.foldserve.benchmark;

import io.foldserve.task.Colour;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.Resize;
import io.foldserve.task.TaskKind;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.GoldenPictures;
import io.foldserve.task.image.ImageDecoder;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.Interpolation;
import io.foldserve.task.image.RasterImage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Decoding and preprocessing one picture: a 500×375 photograph to 224×224 as ImageNet networks take it, and a small
 * PNG.
 *
 * <p>Run {@link #main} with the test class path ({@code mvn test-compile dependency:build-classpath} prints it).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class PictureBenchmark {
    private static final ImageLimits LIMITS = new ImageLimits(50_000_000);

    private final byte[] jpeg = GoldenPictures.bytes("preprocess/coffee.jpg");
    private final byte[] png = GoldenPictures.bytes("decode/rgb8.png");
    private final RasterImage photograph = ImageDecoder.decode(jpeg, LIMITS);
    private final VisionTask bilinear = imageNet(Interpolation.BILINEAR);
    private final VisionTask bicubic = imageNet(Interpolation.BICUBIC);

    private static VisionTask imageNet(Interpolation interpolation) {
        Preprocessing preprocessing = new Preprocessing(
                224,
                224,
                Colour.RGB,
                new Resize.ShorterSide(256),
                interpolation,
                true,
                List.of(0.485, 0.456, 0.406),
                List.of(0.229, 0.224, 0.225),
                Preprocessing.UNIT_SCALE);
        return new VisionTask(TaskKind.CLASSIFICATION, preprocessing, List.of("cup"));
    }

    /** 500×375 pixels, 36 kB. */
    @Benchmark
    public RasterImage decodeJpeg() {
        return ImageDecoder.decode(jpeg, LIMITS);
    }

    /** 43×29 pixels. */
    @Benchmark
    public RasterImage decodeSmallPng() {
        return ImageDecoder.decode(png, LIMITS);
    }

    /** Shorter side to 256, middle 224×224, into a direct buffer. */
    @Benchmark
    public PreparedImage preprocessBilinear() {
        return bilinear.preprocess(photograph);
    }

    /** As {@link #preprocessBilinear()}, with twice the taps. */
    @Benchmark
    public PreparedImage preprocessBicubic() {
        return bicubic.preprocess(photograph);
    }

    /** Runs all of them. */
    public static void main(String[] arguments) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(PictureBenchmark.class.getSimpleName())
                        .build())
                .run();
    }
}
