package io.foldserve.task;

import io.foldserve.problem.Problems;
import io.foldserve.task.image.BilinearSampler;
import io.foldserve.task.image.ImageException;
import io.foldserve.task.image.Interpolation;
import io.foldserve.task.image.InvalidImageException;
import io.foldserve.task.image.LabelMask;
import io.foldserve.task.image.RasterImage;
import io.foldserve.task.image.Region;
import java.util.List;
import java.util.Locale;

/**
 * How a picture becomes a network's input, with the results of torchvision's {@code Resize}, {@code CenterCrop},
 * {@code ToTensor} and {@code Normalize} on a Pillow image, or of a letterbox. Resizing and cropping happen here, on
 * 8-bit pixels; the normalising {@code (pixel · scale − mean) / std} is compiled into the network by
 * {@link ServingGraph}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param width of the network's input, in pixels
 * @param height of the network's input, in pixels
 * @param colour the network's channels
 * @param resize what happens first
 * @param interpolation how it is resized
 * @param centerCrop whether the middle {@code width × height} is then cut out, padded with black where the picture is
 *     smaller
 * @param mean for each channel in the network's order
 * @param std for each channel in the network's order
 * @param scale what a pixel of 0..255 is multiplied by before the mean is subtracted
 * @param orientation whether a picture is set upright before all this; {@link VisionTask#decode} does it
 * @param antialias whether every pixel counts when a picture shrinks, as Pillow does it; {@link BilinearSampler} else
 */
public record Preprocessing(
        int width,
        int height,
        Colour colour,
        Resize resize,
        Interpolation interpolation,
        boolean centerCrop,
        List<Double> mean,
        List<Double> std,
        double scale,
        Orientation orientation,
        boolean antialias) {

    /** The scale of {@code ToTensor}: 0..255 to 0..1. */
    public static final double UNIT_SCALE = 1.0 / 255;

    /** So that the input fits an array; no network is near it. */
    private static final int LARGEST_SIDE = 8192;

    /** Refuses, with every reason, values that no picture could be preprocessed by. */
    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        Problems problems = new Problems("input");
        if (width < 1 || height < 1 || width > LARGEST_SIDE || height > LARGEST_SIDE) {
            problems.add("width and height must be 1 to %d, found %d and %d".formatted(LARGEST_SIDE, width, height));
        }
        checkChannels(problems, "mean", mean, colour);
        checkChannels(problems, "std", std, colour);
        if (std.contains(0.0)) {
            problems.add("std must not be 0, found " + std);
        }
        if (!Double.isFinite(scale) || scale == 0) {
            problems.add("scale must be a number other than 0, found " + scale);
        }
        if (!antialias && interpolation != Interpolation.BILINEAR) {
            problems.add("antialias: false is for interpolation: bilinear, found " + interpolation.label());
        }
        if (centerCrop) {
            checkCropped(problems, resize);
        } else {
            checkUncropped(problems, resize, width, height);
        }
        problems.throwIfAny();
    }

    private static void checkCropped(Problems problems, Resize resize) {
        if (resize instanceof Resize.Letterbox) {
            problems.add("resize by letterbox gives the network's size, of which nothing is left to crop; "
                    + "leave crop out");
        }
    }

    private static void checkUncropped(Problems problems, Resize resize, int width, int height) {
        if (resize instanceof Resize.ShorterSide) {
            problems.add("resize by shorterSide leaves the longer side open; it needs crop: center");
        }
        if (resize instanceof Resize.LongerSide) {
            problems.add("resize by longerSide leaves the shorter side open; it needs crop: center, which pads with "
                    + "black, or write letterbox");
        }
        if (resize instanceof Resize.Exact exact && (exact.width() != width || exact.height() != height)) {
            problems.add("resize gives %d×%d but the network takes %d×%d; without a crop they must be equal"
                    .formatted(exact.width(), exact.height(), width, height));
        }
        if (resize instanceof Resize.Letterbox box && (box.width() != width || box.height() != height)) {
            problems.add("letterbox gives %d×%d but the network takes %d×%d"
                    .formatted(box.width(), box.height(), width, height));
        }
    }

    /** For pictures that are taken as they are stored, and resized as Pillow does. */
    public Preprocessing(
            int width,
            int height,
            Colour colour,
            Resize resize,
            Interpolation interpolation,
            boolean centerCrop,
            List<Double> mean,
            List<Double> std,
            double scale) {
        this(width, height, colour, resize, interpolation, centerCrop, mean, std, scale, Orientation.IGNORE, true);
    }

    private static void checkChannels(Problems problems, String key, List<Double> values, Colour colour) {
        if (values.size() != colour.channels() || !values.stream().allMatch(Double::isFinite)) {
            problems.add("%s must have %d numbers for colour %s, found %s"
                    .formatted(key, colour.channels(), colour.name().toLowerCase(Locale.ROOT), values));
        }
    }

    /**
     * Resizes and crops.
     *
     * @return a picture of this width, height and colour (its channels in the network's order)
     * @throws ImageException if there is no resizing or cropping and the picture has another size, or it is too narrow
     */
    public RasterImage apply(RasterImage image) {
        RasterImage reduced = colour.reduce(image);
        int fullWidth = resize.width(image.width(), image.height());
        int fullHeight = resize.height(image.width(), image.height());
        boolean placed = centerCrop || resize instanceof Resize.Letterbox;
        if (!placed && (fullWidth != width || fullHeight != height)) {
            throw new InvalidImageException("the model takes pictures of %d×%d pixels and does not resize, found %d×%d"
                    .formatted(width, height, fullWidth, fullHeight));
        }
        int left = offset(fullWidth, width);
        int top = offset(fullHeight, height);
        Region wanted = overlap(left, top, fullWidth, fullHeight);
        RasterImage resized = resized(reduced, fullWidth, fullHeight, wanted);
        int fill = resize instanceof Resize.Letterbox box ? box.fill() : 0;
        return colour.arrange(resized.region(left - wanted.left(), top - wanted.top(), width, height, fill));
    }

    private RasterImage resized(RasterImage image, int fullWidth, int fullHeight, Region wanted) {
        return antialias
                ? interpolation.resize(image, fullWidth, fullHeight, wanted)
                : BilinearSampler.resize(image, fullWidth, fullHeight, wanted);
    }

    /** The part of the network's input that shows a picture of this size which is not cropped. */
    Region shown(int pictureWidth, int pictureHeight) {
        if (!(resize instanceof Resize.Letterbox)) {
            return Region.whole(width, height);
        }
        int shownWidth = resize.width(pictureWidth, pictureHeight);
        int shownHeight = resize.height(pictureWidth, pictureHeight);
        return new Region(-offset(shownWidth, width), -offset(shownHeight, height), shownWidth, shownHeight);
    }

    /**
     * Takes a mask the way of its picture, with the nearest pixel instead of the filter: what the network's mask is
     * judged by. What the crop adds around the picture is ignored.
     *
     * @return {@code height × width} classes, rows from the top; {@link LabelMask#IGNORED} where there is none
     */
    public int[] apply(LabelMask mask) {
        int fullWidth = resize.width(mask.width(), mask.height());
        int fullHeight = resize.height(mask.width(), mask.height());
        int left = centerCrop ? cropOffset(fullWidth, width) : 0;
        int top = centerCrop ? cropOffset(fullHeight, height) : 0;
        int[] seen = new int[width * height];
        for (int i = 0; i < seen.length; i++) {
            int x = left + i % width;
            int y = top + i / width;
            boolean isInside = x >= 0 && y >= 0 && x < fullWidth && y < fullHeight;
            seen[i] = isInside
                    ? mask.at(nearest(x, fullWidth, mask.width()), nearest(y, fullHeight, mask.height()))
                    : LabelMask.IGNORED;
        }
        return seen;
    }

    private static int nearest(int target, int resized, int size) {
        return Math.min(size - 1, (int) ((target + 0.5) * size / resized));
    }

    /** The part of the crop that lies on the picture. */
    private Region overlap(int left, int top, int fullWidth, int fullHeight) {
        return new Region(
                Math.max(left, 0), Math.max(top, 0), Math.min(width, fullWidth), Math.min(height, fullHeight));
    }

    /** Where on a side of the resized picture the network's begins; negative where the picture is laid on a ground. */
    private int offset(int full, int side) {
        return resize instanceof Resize.Letterbox ? -Resize.Letterbox.margin(side, full) : cropOffset(full, side);
    }

    /**
     * Where torchvision's {@code CenterCrop} begins: {@code int(round((full − crop) / 2))}, halves to even, when the
     * picture is large enough; when it is padded first, {@code −((crop − full) // 2)}.
     */
    private static int cropOffset(int full, int crop) {
        return full >= crop ? (int) Math.rint((full - crop) / 2.0) : -((crop - full) / 2);
    }
}
