package io.foldserve.serving.comparison;

import io.foldserve.task.SegmentationAnswer;
import io.foldserve.task.image.ImageDecoder;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.Interpolation;
import io.foldserve.task.image.PngWriter;
import io.foldserve.task.image.RasterImage;
import io.foldserve.task.image.Region;
import java.util.Base64;

/** Pictures small enough for a page to hold many of them, as data URIs. */
final class Thumbnail {
    private static final int SIDE = 128;

    private Thumbnail() {}

    /** {@code picture}, shrunk to at most {@value #SIDE} pixels a side. */
    static String of(RasterImage picture) {
        double scale = Math.min(1, (double) SIDE / Math.max(picture.width(), picture.height()));
        int width = Math.max(1, (int) Math.round(scale * picture.width()));
        int height = Math.max(1, (int) Math.round(scale * picture.height()));
        RasterImage small = Interpolation.BILINEAR.resize(picture, width, height, Region.whole(width, height));
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(PngWriter.write(small));
    }

    /** The mask's colours over {@code picture}. */
    static String of(SegmentationAnswer mask, RasterImage picture) {
        long pixels = (long) picture.width() * picture.height();
        return of(ImageDecoder.decode(mask.overlayPng(picture), new ImageLimits(pixels)));
    }
}
