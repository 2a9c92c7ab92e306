package io.foldserve.task;

/** What becomes of a camera's note of how it was held. */
public enum Orientation {
    /** Nothing: the pixels are taken as they are stored, as Pillow and torchvision do. */
    IGNORE,
    /** The picture is set upright before anything else, as Pillow's {@code ImageOps.exif_transpose} does. */
    EXIF
}
