"""Makes GIFs, BMPs, TIFFs and WebPs, and what Pillow's convert("RGB") makes of them (of 16-bit grey its high bytes).

Needs pillow and numpy, and the photograph that images.py wrote. Writes src/test/resources/io/foldserve/task/decode.
"""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

TASK = Path(__file__).parents[1] / "resources/io/foldserve/task"
OUT = TASK / "decode"


def gif(image, **options):
    out = io.BytesIO()
    image.save(out, "GIF", **options)
    return out.getvalue()


def on_a_screen(contents, width, height, left, top):
    """The GIF with another screen, and its first frame moved on it."""
    palette = 3 << ((contents[10] & 7) + 1) if contents[10] & 128 else 0
    frame = 13 + palette
    while contents[frame] == 0x21:
        frame += 2
        while contents[frame]:
            frame += 1 + contents[frame]
        frame += 1
    assert contents[frame] == 0x2C
    return (contents[:6] + struct.pack("<HH", width, height) + contents[10:frame + 1]
            + struct.pack("<HH", left, top) + contents[frame + 5:])


def gifs(cat):
    palette = cat.quantize(200)
    noise = Image.fromarray(np.random.default_rng(5).integers(0, 256, (61, 83), dtype=np.uint8), "L")
    few = cat.quantize(5)
    files = {"palette": gif(palette, interlace=0), "palette-interlaced": gif(palette, interlace=1),
             "grey": gif(cat.convert("L"), interlace=0), "two-colours-interlaced": gif(cat.convert("1"), interlace=1),
             "few-colours": gif(few, interlace=0), "few-colours-interlaced": gif(few, interlace=1),
             "full-code-table": gif(noise, interlace=0),
             "one-pixel": gif(palette.crop((0, 0, 1, 1)), interlace=1),
             "three-rows-interlaced": gif(palette.crop((0, 0, 9, 3)), interlace=1),
             "transparent": gif(palette, transparency=7, interlace=0),
             "animated": gif(palette, save_all=True, append_images=[few, palette.rotate(180)])}
    files["on-a-screen"] = on_a_screen(files["few-colours"], 60, 40, 9, 4)
    files["transparent-on-a-screen"] = on_a_screen(files["transparent"], 60, 40, 9, 4)
    files["beyond-its-screen"] = on_a_screen(files["palette-interlaced"], 20, 50, 3, 6)
    size = 3 << ((files["palette"][10] & 7) + 1)
    plain = files["palette"]
    frame = plain.index(b",\0\0\0\0", 13 + size)
    files["no-palette"] = plain[:10] + bytes([plain[10] & 127]) + plain[11:13] + plain[13 + size:]
    files["own-palette"] = (plain[:10] + bytes([plain[10] & 127]) + plain[11:13] + plain[13 + size:frame + 9]
                            + bytes([plain[frame + 9] | 128 | plain[10] & 7]) + plain[13:13 + size] + plain[frame + 10:])
    return {name + ".gif": contents for name, contents in files.items()}


def bmp(rows, bits, palette=b"", header=40, colours=0, top_down=False, masks=None):
    """rows: height × width × channels as stored, from the top."""
    height, width = rows.shape[:2]
    stored = b""
    for row in rows if top_down else rows[::-1]:
        if bits >= 8:
            packed = row.astype(np.uint8).tobytes()
        else:
            text = "".join(format(int(v), f"0{bits}b") for v in row.reshape(-1))
            text += "0" * (-len(text) % 8)
            packed = bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
        stored += packed + bytes(-len(packed) % 4)
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, -height if top_down else height, 1, bits,
                           3 if masks else 0, len(stored), 2835, 2835, colours, 0)
        info += struct.pack("<IIII", *masks)[:12 if header == 40 else 16] if masks else b""
        info += bytes(max(0, header - len(info)))
    offset = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(stored), 0, 0, offset) + info + palette + stored


def bmps(cat):
    rng = np.random.default_rng(6)
    rgb = np.asarray(cat)
    grey = np.asarray(cat.convert("L"))[..., None]
    alpha = rng.integers(0, 256, grey.shape, dtype=np.uint8)
    def palette(n, size=4):  # noqa: E306
        return b"".join(rng.integers(0, 256, 3, dtype=np.uint8).tobytes() + bytes(size - 3) for _ in range(n))
    bgrx = np.concatenate([rgb[..., ::-1], alpha], 2)
    files = {"1": bmp(grey >> 7, 1, palette(2)), "1-black-and-white": bmp(grey >> 7, 1, bytes(4) + b"\xff\xff\xff\0"),
             "4": bmp(grey >> 4, 4, palette(16)), "8": bmp(grey, 8, palette(256)),
             "8-grey": bmp(grey, 8, b"".join(bytes([i, i, i, 0]) for i in range(256))),
             "8-few-colours": bmp(grey % 90, 8, palette(90), colours=90), "8-top-down": bmp(grey, 8, palette(256), top_down=True),
             "8-os2": bmp(grey, 8, palette(256, 3), header=12), "24": bmp(rgb[..., ::-1], 24),
             "24-os2": bmp(rgb[..., ::-1], 24, header=12), "24-v5": bmp(rgb[..., ::-1], 24, header=124),
             "24-one-pixel": bmp(rgb[:1, :1, ::-1], 24), "32": bmp(bgrx, 32), "32-top-down": bmp(bgrx, 32, top_down=True),
             "32-masks": bmp(bgrx, 32, masks=(0xFF0000, 0xFF00, 0xFF, 0)),
             "32-masks-v4": bmp(np.concatenate([rgb, alpha], 2), 32, header=108, masks=(0xFF, 0xFF00, 0xFF0000, 0xFF000000)),
             "32-masks-v5": bmp(np.concatenate([alpha, rgb[..., ::-1]], 2), 32, header=124,
                                masks=(0xFF000000, 0xFF0000, 0xFF00, 0xFF))}
    return {name + ".bmp": contents for name, contents in files.items()}


def tiffs(cat):
    grey = cat.convert("L")
    alpha = np.random.default_rng(6).integers(0, 256, (29, 43), dtype=np.uint8)
    rgba = Image.fromarray(np.dstack([np.asarray(cat), alpha]))
    inks = Image.fromarray(np.dstack([255 - np.asarray(cat), alpha]), "CMYK")
    def tiff(image, compression="raw", **options):  # noqa: E306
        out = io.BytesIO()
        image.save(out, "TIFF", compression=compression, **options)
        return out.getvalue()
    files = {"rgb": tiff(cat), "lzw": tiff(cat, "tiff_lzw"), "lzw-predicted": tiff(cat, "tiff_lzw", tiffinfo={317: 2}),
             "deflate": tiff(cat, "tiff_adobe_deflate"), "old-deflate": tiff(cat, "tiff_deflate"),
             "packbits": tiff(cat, "packbits"), "alpha": tiff(rgba), "grey": tiff(grey), "palette": tiff(cat.quantize(200)),
             "strips": tiff(cat, "tiff_lzw", tiffinfo={278: 4}), "two-pictures": tiff(cat, save_all=True, append_images=[grey]),
             "grey-alpha": tiff(rgba.convert("LA")), "white-is-0": white_is_0(tiff(grey)), "big-endian": tiff_of(cat, ">"),
             "one-pixel": tiff(cat.crop((0, 0, 1, 1))), "bilevel": tiff(grey.convert("1")),
             "bilevel-packbits": tiff(grey.convert("1"), "packbits"), "bilevel-lzw": tiff(grey.convert("1"), "tiff_lzw"),
             "bilevel-white-is-0": white_is_0(tiff(grey.convert("1"))), "cmyk": tiff(inks),
             "cmyk-lzw": tiff(inks, "tiff_lzw")}
    files.update(fax(grey.convert("1"), tiff))
    files.update(narrow(np.asarray(grey)))
    files.update(wide(np.asarray(cat), tiff))
    return {name + ".tiff": contents for name, contents in files.items()}


def fax(bilevel, tiff):
    """Black and white by CCITT's codes; tag 292, bit 0, is two-dimensional coding, tag 266 = 2 the low bit first."""
    wide = bilevel.resize((301, 29))
    return {"fax-runs": tiff(bilevel, "tiff_ccitt"), "fax-group3": tiff(bilevel, "group3"),
            "fax-group3-two-dimensional": tiff(wide, "group3", tiffinfo={292: 1}), "fax-group4": tiff(wide, "group4"),
            "fax-group4-strips": tiff(wide, "group4", tiffinfo={278: 5}),
            "fax-group4-low-bit-first": tiff(bilevel, "group4", tiffinfo={266: 2}),
            "fax-group4-white-is-0": white_is_0(tiff(bilevel, "group4"))}


def packed(indices, bits):
    """Rows of indices of fewer than 8 bits, the high bits first, each row padded to a byte."""
    rows = []
    for row in indices:
        text = "".join(format(int(v), f"0{bits}b") for v in row)
        text += "0" * (-len(text) % 8)
        rows.append(bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8)))
    return b"".join(rows)


def narrow(grey):
    rng = np.random.default_rng(8)
    files = {}
    for bits in (1, 2, 4):
        data = packed(grey >> 8 - bits, bits)
        colours = rng.integers(0, 65536, 3 << bits)
        files[f"palette{bits}"] = made("<", grey.shape, 3, bits, 1, data, colours=colours)
        files[f"palette{bits}-big-endian"] = made(">", grey.shape, 3, bits, 1, data, colours=colours)
        if bits > 1:
            files[f"grey{bits}"] = made("<", grey.shape, 1, bits, 1, data)
            files[f"grey{bits}-white-is-0"] = made("<", grey.shape, 0, bits, 1, data)
            files[f"grey{bits}-deflate"] = made(">", grey.shape, 1, bits, 1, zlib.compress(data), compression=8)
    return files


def wide(rgb, tiff):
    rng = np.random.default_rng(9)
    deep = rgb.astype(np.uint16) * 256 + rng.integers(0, 256, rgb.shape, dtype=np.uint16)
    alpha = rng.integers(0, 65536, (*rgb.shape[:2], 1), dtype=np.uint16)
    grey = Image.fromarray(deep[..., 1])
    assert grey.mode == "I;16"
    files = {"grey16": tiff(grey), "grey16-lzw": tiff(grey, "tiff_lzw"), "grey16-big-endian": made(
                 ">", rgb.shape, 1, 16, 1, deep[..., 1].astype(">u2").tobytes()),
             "grey16-lzw-predicted": tiff(grey, "tiff_lzw", tiffinfo={317: 2})}
    for order in "<>":
        name = "rgb16" + ("-big-endian" if order == ">" else "")
        kind = order + "u2"
        differences = np.diff(deep, axis=1, prepend=np.uint16(0)).astype(kind).tobytes()
        files[name] = made(order, rgb.shape, 2, 16, 3, deep.astype(kind).tobytes())
        files[name + "-deflate-predicted"] = made(
            order, rgb.shape, 2, 16, 3, zlib.compress(differences), compression=8, predictor=2)
    both = np.concatenate([deep, alpha], 2)
    files["rgb16-alpha"] = made("<", rgb.shape, 2, 16, 4, both.tobytes(), alpha=2)
    files["cmyk16"] = made("<", rgb.shape, 5, 16, 4, both.tobytes())
    tiles = np.zeros((2, 3, 16, 16, 3), np.uint16)
    for row in range(2):
        for column in range(3):
            part = deep[16 * row:16 * row + 16, 16 * column:16 * column + 16]
            tiles[row, column, :part.shape[0], :part.shape[1]] = part
    coded = [zlib.compress(np.diff(tile, axis=1, prepend=np.uint16(0)).tobytes()) for tile in tiles.reshape(6, 16, 16, 3)]
    files["rgb16-tiles-predicted"] = made("<", rgb.shape, 2, 16, 3, coded, compression=8, predictor=2, tile=16)
    return files


def made(order, shape, photometric, bits, samples, data, compression=1, predictor=1, colours=(), alpha=None, tile=0):
    """A TIFF of one strip, or of tiles, with its data first and its directory last."""
    blocks = data if isinstance(data, list) else [data]
    body, places = b"", []
    for block in blocks:
        places.append(8 + len(body))
        body += block + bytes(len(block) % 2)
    lengths = [len(block) for block in blocks]
    tags = [(256, 3, [shape[1]]), (257, 3, [shape[0]]), (258, 3, [bits] * samples), (259, 3, [compression]),
            (262, 3, [photometric]), (277, 3, [samples]), (317, 3, [predictor])]
    tags += [(322, 3, [tile]), (323, 3, [tile]), (324, 4, places), (325, 4, lengths)] if tile else [
        (273, 4, places), (278, 3, [shape[0]]), (279, 4, lengths)]
    tags += [(320, 3, list(colours))] if len(colours) else []
    tags += [(338, 3, [alpha])] if alpha is not None else []
    entries = b""
    for tag, kind, values in sorted(tags):
        value = struct.pack(f"{order}{len(values)}{'H' if kind == 3 else 'I'}", *values)
        if len(value) > 4:
            entries += struct.pack(order + "HHII", tag, kind, len(values), 8 + len(body))
            body += value + bytes(len(value) % 2)
        else:
            entries += struct.pack(order + "HHI", tag, kind, len(values)) + value.ljust(4, b"\0")
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8 + len(body))
    return start + body + struct.pack(order + "H", len(tags)) + entries + bytes(4)


def pixels(contents):
    """What is expected: Pillow's own pixels, but that of 16-bit grey the high bytes are taken, which it clips."""
    image = Image.open(io.BytesIO(contents))
    if image.mode.startswith("I;16"):
        return np.asarray(Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB"))
    return np.asarray(image.convert("RGB"))


def white_is_0(contents):
    """The grey TIFF with its photometric interpretation (tag 262) 0 instead of 1."""
    at = contents.index(struct.pack("<HHI", 262, 3, 1)) + 8
    return contents[:at] + b"\0\0" + contents[at + 2:]


def tiff_of(image, order):
    """An uncompressed RGB TIFF in a byte order: header, pixels, bits of the samples, directory."""
    pixels = image.tobytes()
    bits = 8 + len(pixels)
    tags = [(256, 3, 1, image.width), (257, 3, 1, image.height), (258, 3, 3, bits), (259, 3, 1, 1), (262, 3, 1, 2),
            (273, 4, 1, 8), (277, 3, 1, 3), (278, 3, 1, image.height), (279, 4, 1, len(pixels))]
    def value(kind, count, number):  # noqa: E306
        return struct.pack(order + "HH", number, 0) if kind == 3 and count == 1 else struct.pack(order + "I", number)
    entries = b"".join(struct.pack(order + "HHI", tag, kind, count) + value(kind, count, number)
                       for tag, kind, count, number in tags)
    return (b"MM\0*" + struct.pack(order + "I", bits + 6) + pixels + struct.pack(order + "HHH", 8, 8, 8)
            + struct.pack(order + "H", len(tags)) + entries + bytes(4))


def webps(cat):
    alpha = np.random.default_rng(7).integers(0, 256, (29, 43), dtype=np.uint8)
    rgba = Image.fromarray(np.dstack([np.asarray(cat), alpha]))
    def webp(image, **options):  # noqa: E306
        out = io.BytesIO()
        image.save(out, "WEBP", **options)
        return out.getvalue()
    files = {"lossy": webp(cat, quality=80), "lossy-poor": webp(cat, quality=5), "lossless": webp(cat, lossless=True),
             "lossless-alpha": webp(rgba, lossless=True), "lossy-alpha": webp(rgba, quality=60),
             "few-colours": webp(cat.quantize(5).convert("RGB"), lossless=True), "one-pixel": webp(cat.crop((0, 0, 1, 1))),
             "odd": webp(cat.crop((0, 0, 17, 1))), "animated": webp(cat, save_all=True, append_images=[cat.transpose(0)]),
             "animated-alpha": webp(rgba, quality=70, save_all=True, append_images=[rgba.transpose(0)]),
             "animated-lossless": webp(rgba, lossless=True, save_all=True, append_images=[rgba.transpose(0)])}
    files["animated-on-a-canvas"] = on_a_canvas(files["animated"], 61, 53, 6, 10)
    return {name + ".webp": contents for name, contents in files.items()}


def on_a_canvas(animation, width, height, left, top):
    """The animation with its frames at (left, top), which are even, of a larger canvas."""
    def three(number):  # noqa: E306
        return struct.pack("<I", number)[:3]
    contents = bytearray(animation)
    contents[24:30] = three(width - 1) + three(height - 1)
    at = contents.find(b"ANMF")
    while at >= 0:
        contents[at + 8:at + 14] = three(left // 2) + three(top // 2)
        at = contents.find(b"ANMF", at + 4)
    return bytes(contents)


def main():
    cat = Image.open(TASK / "preprocess/chelsea.png").convert("RGB").resize((43, 29))
    for name, contents in {**gifs(cat), **bmps(cat), **tiffs(cat), **webps(cat)}.items():
        (OUT / name).write_bytes(contents)
        Image.fromarray(pixels(contents)).save(OUT / "expected" / (name + ".png"), optimize=True)


main()
