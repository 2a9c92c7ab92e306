"""Makes the pictures, and what Pillow and torchvision make of them, that the tests of room `task` compare with.

Needs pillow, numpy, scikit-image, torch and torchvision. Writes src/test/resources/io/foldserve/task.
The photographs are scikit-image's (astronaut: NASA, public domain; chelsea: S. van der Walt, CC0; coffee: P. Selinger,
CC0; rocket: SpaceX, CC0).
"""

import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import torch

torch.set_num_threads(1)
torch.library.define("torchvision::nms", "(Tensor a, Tensor b, float c) -> Tensor")
torch.library.define("torchvision::qnms", "(Tensor a, Tensor b, float c) -> Tensor")
from PIL import Image, ImageCms  # noqa: E402
from skimage import data  # noqa: E402
from torchvision import transforms  # noqa: E402
from torchvision.transforms import InterpolationMode  # noqa: E402

OUT = Path(__file__).parents[1] / "resources/io/foldserve/task"
MODES = ("bilinear", "bicubic")
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, contents):
    return struct.pack(">I", len(contents)) + kind + contents + struct.pack(">I", zlib.crc32(kind + contents))


def paeth(left, up, corner):
    estimate = left + up - corner
    a, b, c = abs(estimate - left), abs(estimate - up), abs(estimate - corner)
    return left if a <= b and a <= c else up if b <= c else corner


def filtered(row, above, kind, pixel):
    out = bytearray([kind])
    for i, value in enumerate(row):
        left = row[i - pixel] if i >= pixel else 0
        corner = above[i - pixel] if i >= pixel else 0
        guess = [0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner)][kind]
        out.append((value - guess) & 255)
    return bytes(out)


def packed_row(samples, depth):
    flat = samples.reshape(-1)
    if depth == 16:
        return flat.astype(">u2").tobytes()
    if depth == 8:
        return flat.astype(np.uint8).tobytes()
    bits = "".join(format(int(v), f"0{depth}b") for v in flat)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def png(samples, depth, colour, interlaced, palette=None, transparency=None):
    """samples: height × width × stored channels. Every row filter is used in turn."""
    height, width, channels = samples.shape
    pixel = max(1, channels * depth // 8)
    raw = b""
    for left, top, dx, dy in (ADAM7 if interlaced else [(0, 0, 1, 1)]):
        part = samples[top::dy, left::dx]
        if part.shape[1] == 0:
            continue
        above = None
        for y, row in enumerate(part):
            packed = packed_row(row, depth)
            raw += filtered(packed, above or bytes(len(packed)), y % 5, pixel)
            above = packed
    squeezed = zlib.compress(raw, 9)
    half = len(squeezed) // 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))
            + (chunk(b"PLTE", palette) if palette else b"") + (chunk(b"tRNS", transparency) if transparency else b"")
            + chunk(b"tEXt", b"Comment\0two pixel chunks") + chunk(b"IDAT", squeezed[:half])
            + chunk(b"IDAT", squeezed[half:]) + chunk(b"IEND", b""))


def save(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, optimize=True)


def decoding():
    """decode/<name>.{png,jpg}, and what convert("RGB") or convert("L") makes of it in decode/expected/<name>.png."""
    rng = np.random.default_rng(2)
    cat = np.asarray(Image.fromarray(data.chelsea()).resize((45, 30)))[:29, :43]
    grey = np.asarray(Image.fromarray(cat).convert("L"))[..., None]
    alpha = rng.integers(0, 256, grey.shape, dtype=np.uint8)
    wide = lambda a: a.astype(np.uint16) * 256 + rng.integers(0, 256, a.shape)  # noqa: E731
    files = {}
    for interlaced in (0, 1):
        tail = "-interlaced" if interlaced else ""
        for depth in (1, 2, 4):
            files[f"grey{depth}{tail}.png"] = png(grey >> (8 - depth), depth, 0, interlaced)
            colours = rng.integers(0, 256, (1 << depth) * 3, dtype=np.uint8).tobytes()
            files[f"palette{depth}{tail}.png"] = png(grey >> (8 - depth), depth, 3, interlaced, colours)
        files[f"grey8{tail}.png"] = png(grey, 8, 0, interlaced)
        files[f"grey16{tail}.png"] = png(wide(grey), 16, 0, interlaced)
        files[f"rgb8{tail}.png"] = png(cat, 8, 2, interlaced)
        files[f"rgb16{tail}.png"] = png(wide(cat), 16, 2, interlaced)
        palette = rng.integers(0, 256, 200 * 3, dtype=np.uint8).tobytes()
        files[f"palette8{tail}.png"] = png(grey, 8, 3, interlaced, palette, bytes(range(100)))
        files[f"grey-alpha8{tail}.png"] = png(np.concatenate([grey, alpha], 2), 8, 4, interlaced)
        files[f"grey-alpha16{tail}.png"] = png(wide(np.concatenate([grey, alpha], 2)), 16, 4, interlaced)
        files[f"rgb-alpha8{tail}.png"] = png(np.concatenate([cat, alpha], 2), 8, 6, interlaced)
        files[f"rgb-alpha16{tail}.png"] = png(wide(np.concatenate([cat, alpha], 2)), 16, 6, interlaced)
        files[f"one-pixel{tail}.png"] = png(cat[:1, :1], 8, 2, interlaced)
        files[f"three-columns{tail}.png"] = png(cat[:7, :3], 8, 2, interlaced)
    files["rgb8-transparent-colour.png"] = png(cat, 8, 2, 0, None, struct.pack(">HHH", *[int(v) for v in cat[3, 3]]))
    files["grey8-transparent-value.png"] = png(grey, 8, 0, 0, None, struct.pack(">H", int(grey[3, 3, 0])))
    files.update(jpegs())
    for name, contents in files.items():
        (OUT / "decode").mkdir(parents=True, exist_ok=True)
        (OUT / "decode" / name).write_bytes(contents)
        image = Image.open(io.BytesIO(contents))
        if image.mode == "I;16":  # Pillow would clip at 255; the service keeps the high byte and says so
            expected = (np.asarray(image) >> 8).astype(np.uint8)
        else:
            expected = np.asarray(image.convert("L" if name.startswith("grey") else "RGB"))
        save(OUT / "decode/expected" / (name + ".png"), expected)


def jpegs():
    photo = Image.fromarray(data.astronaut()).crop((150, 0, 350, 200)).resize((101, 75))
    def jpeg(image, **options):  # noqa: E306
        out = io.BytesIO()
        image.save(out, "JPEG", **{"quality": 85, **options})
        return out.getvalue()
    def without(contents, marker):  # noqa: E306
        at = contents.index(bytes([0xFF, marker]))
        length = struct.unpack(">H", contents[at + 2:at + 4])[0]
        return contents[:at] + contents[at + 2 + length:]
    files = {f"sampled-{s.replace(':', '')}.jpg": jpeg(photo, subsampling=s) for s in ("4:4:4", "4:2:2", "4:2:0", "4:1:1")}
    files["progressive.jpg"] = jpeg(photo, progressive=True)
    files["restarts.jpg"] = jpeg(photo, restart_marker_rows=1)
    files["grey.jpg"] = jpeg(photo.convert("L"))
    files["stored-as-rgb.jpg"] = jpeg(photo, keep_rgb=True, subsampling="4:4:4")
    files["no-jfif-444.jpg"] = without(jpeg(photo, subsampling="4:4:4"), 0xE0)
    files["no-jfif-420.jpg"] = without(jpeg(photo), 0xE0)
    exif = Image.Exif()
    exif[0x0112] = 6
    files["exif-turned.jpg"] = jpeg(photo, exif=exif)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile[:24] + bytes(12) + profile[36:]  # its creation time
    files["colour-profile.jpg"] = jpeg(photo, icc_profile=profile)
    inks = np.random.default_rng(3).integers(0, 256, (5, 7, 4), dtype=np.uint8)
    cmyk = Image.fromarray(inks, "CMYK").resize((101, 75), Image.Resampling.BICUBIC)
    files["cmyk.jpg"] = jpeg(cmyk)
    files["cmyk-no-adobe.jpg"] = without(files["cmyk.jpg"], 0xEE)
    at = files["cmyk.jpg"].index(b"Adobe") + 11
    files["ycck.jpg"] = files["cmyk.jpg"][:at] + b"\x02" + files["cmyk.jpg"][at + 1:]
    files["trailing-bytes.jpg"] = files["sampled-420.jpg"] + b"after the end"
    return files


def torchvision_transform(spec):
    tv = InterpolationMode(spec.get("interpolation", "bilinear"))
    size = (spec["height"], spec["width"])
    steps = []
    resize = spec.get("resize", "none")
    if resize != "none":
        target = resize["shorterSide"] if "shorterSide" in resize else (resize["height"], resize["width"])
        steps.append(transforms.Resize(target, interpolation=tv))
    if spec.get("crop") == "center":
        steps.append(transforms.CenterCrop(size))
    return transforms.Compose(steps)


def preprocessing():
    """preprocess/cases.json lists source, declared input and expected picture."""
    folder = OUT / "preprocess"
    folder.mkdir(parents=True, exist_ok=True)
    photos = {"chelsea": data.chelsea()[20:240, 60:403], "astronaut": data.astronaut()[:192, 130:331],
              "text": np.asarray(Image.fromarray(data.chelsea()).convert("L"))[50:181, 40:157]}
    sources = {}
    for name, array in photos.items():
        sources[name + ".png"] = array
        save(folder / (name + ".png"), array)
    Image.fromarray(data.coffee()).crop((40, 10, 540, 385)).save(folder / "coffee.jpg", quality=80)
    Image.fromarray(data.rocket()).resize((375, 500)).save(folder / "rocket.jpg", quality=80, subsampling="4:4:4")
    def spec(width, height, resize, crop="none", **more):  # noqa: E306
        return {"width": width, "height": height, "resize": resize, "crop": crop, **more}
    def side(n):  # noqa: E306
        return {"shorterSide": n}
    def exact(w, h):  # noqa: E306
        return {"width": w, "height": h}
    specs = []
    for mode in MODES:
        for name in ("chelsea.png", "astronaut.png", "text.png"):
            specs += [(name, spec(56, 56, side(64), "center", interpolation=mode)),
                      (name, spec(33, 21, exact(33, 21), interpolation=mode)),
                      (name, spec(61, 47, side(71), "center", interpolation=mode)),
                      (name, spec(40, 40, side(500), "center", interpolation=mode))]
        specs += [("chelsea.png", spec(343, 20, exact(343, 20), interpolation=mode)),
                  ("chelsea.png", spec(16, 220, exact(16, 220), interpolation=mode)),
                  ("astronaut.png", spec(70, 91, side(53), "center", interpolation=mode)),
                  ("text.png", spec(90, 41, exact(75, 60), "center", interpolation=mode)),
                  ("chelsea.png", spec(31, 31, side(37), "center", interpolation=mode, colour="grey")),
                  ("astronaut.png", spec(31, 30, side(36), "center", interpolation=mode, colour="bgr")),
                  ("rocket.jpg", spec(96, 96, side(110), "center", interpolation=mode))]
    specs += [("coffee.jpg", spec(224, 224, side(256), "center")),
              ("astronaut.png", spec(48, 51, "none", "center")),
              ("text.png", spec(117, 131, "none", "none", colour="grey")),
              ("text.png", spec(120, 100, "none", "center", colour="rgb"))]
    for name in ("chelsea.png", "astronaut.png", "text.png"):
        specs += [(name, spec(56, 56, side(64), "center", interpolation="nearest")),
                  (name, spec(33, 21, exact(33, 21), interpolation="nearest")),
                  (name, spec(40, 40, side(500), "center", interpolation="nearest"))]
    specs += [("text.png", spec(117, 60, exact(117, 60), interpolation="nearest")),
              ("astronaut.png", spec(70, 91, side(53), "center", interpolation="nearest", colour="bgr"))]
    cases = []
    for number, (source, declared) in enumerate(specs):
        colour = declared.get("colour", "rgb")
        image = Image.open(folder / source).convert("L" if colour == "grey" else "RGB")
        result = np.asarray(torchvision_transform(declared)(image))
        assert result.shape[:2] == (declared["height"], declared["width"]), declared
        if colour == "bgr":
            result = np.ascontiguousarray(result[..., ::-1])
        expected = f"expected/{number:02d}.png"
        save(folder / expected, result)
        cases.append({"source": source, "input": declared, "expected": expected})
    (folder / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


def normalising():
    """normalise.json: all 256 values through ToTensor and Normalize."""
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    ramp = Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2))
    result = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])(ramp)
    values = [[float(v) for v in channel[0]] for channel in result]
    (OUT / "normalise.json").write_text(json.dumps({"mean": mean, "std": std, "values": values}) + "\n")


decoding()
preprocessing()
normalising()
