"""Makes JPEGs, PNGs, WebPs and TIFFs in all eight EXIF orientations, and what Pillow's ImageOps.exif_transpose makes of them.

Needs pillow. Writes src/test/resources/io/foldserve/task/orientation.
"""

import io
from pathlib import Path

from PIL import Image, ImageOps

OUT = Path(__file__).parents[1] / "resources/io/foldserve/task/orientation"


def picture():
    """Smooth, and no two of its turns or mirrors are equal."""
    image = Image.new("RGB", (37, 21))
    image.putdata([(6 * x, 11 * y, 3 * (x + y)) for y in range(21) for x in range(37)])
    return image


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif.endian = "<" if orientation % 2 else ">"
        exif[0x010E] = "a description before the orientation"
        exif[0x0112] = orientation
        contents = io.BytesIO()
        picture().save(contents, "JPEG", quality=90, subsampling="4:4:4", exif=exif)
        (OUT / f"{orientation}.jpg").write_bytes(contents.getvalue())
        for kind, options in (("PNG", {}), ("WEBP", {"lossless": True}), ("TIFF", {})):
            picture().save(OUT / f"{orientation}.stored.{kind.lower()}", kind, exif=exif, **options)
        turned = ImageOps.exif_transpose(Image.open(contents)).convert("RGB")
        turned.save(OUT / f"{orientation}.png", optimize=True)


main()
