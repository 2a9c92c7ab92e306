package io.foldserve.task.image;

import java.util.Locale;

/**
 * How a picture is resized: as Pillow does it, see {@link PillowFilter}, or as OpenCV's {@code cv2.resize} does it, see
 * {@link OpenCvResampler}; each bit for bit.
 */
public enum Interpolation {
    /** Pillow's nearest pixel. */
    NEAREST {
        @Override
        public RasterImage resize(RasterImage source, int width, int height, Region region) {
            return Resampler.resize(source, width, height, PillowFilter.NEAREST, region);
        }
    },

    /** Pillow's bilinear filter, antialiased. */
    BILINEAR {
        @Override
        public RasterImage resize(RasterImage source, int width, int height, Region region) {
            return Resampler.resize(source, width, height, PillowFilter.BILINEAR, region);
        }
    },

    /** Pillow's bicubic filter, antialiased. */
    BICUBIC {
        @Override
        public RasterImage resize(RasterImage source, int width, int height, Region region) {
            return Resampler.resize(source, width, height, PillowFilter.BICUBIC, region);
        }
    },

    /** OpenCV's {@code INTER_NEAREST}. */
    OPENCV_NEAREST {
        @Override
        public RasterImage resize(RasterImage source, int width, int height, Region region) {
            return OpenCvResampler.nearest(source, width, height, region);
        }
    },

    /** OpenCV's {@code INTER_LINEAR}, which {@code cv2.resize} does where it is told nothing. */
    OPENCV_LINEAR {
        @Override
        public RasterImage resize(RasterImage source, int width, int height, Region region) {
            return OpenCvResampler.linear(source, width, height, region);
        }
    },

    /** OpenCV's {@code INTER_AREA}. */
    OPENCV_AREA {
        @Override
        public RasterImage resize(RasterImage source, int width, int height, Region region) {
            return OpenCvResampler.area(source, width, height, region);
        }
    };

    /**
     * The {@code region} of {@code source} resized to {@code width × height}.
     *
     * @param region within the resized picture
     * @throws IllegalArgumentException if the region is not within the resized picture
     */
    public abstract RasterImage resize(RasterImage source, int width, int height, Region region);

    /** As a manifest writes it: {@code bilinear}, {@code opencv-linear}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
