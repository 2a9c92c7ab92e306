"""Makes pictures resized by OpenCV: nearest, linear and by area, smaller, larger and by whole factors.

Needs opencv-python-headless and numpy, and the pictures that images.py wrote. Writes opencv.json and its expected
pictures into src/test/resources/io/foldserve/task/preprocess.
"""

import json
from pathlib import Path

import cv2

FOLDER = Path(__file__).parents[1] / "resources/io/foldserve/task/preprocess"
KINDS = {"opencv-nearest": cv2.INTER_NEAREST, "opencv-linear": cv2.INTER_LINEAR, "opencv-area": cv2.INTER_AREA}


def main():
    cases = []
    for name in ("chelsea.png", "text.png"):
        array = cv2.imread(str(FOLDER / name), cv2.IMREAD_UNCHANGED)
        height, width = array.shape[:2]
        for kind, flag in KINDS.items():
            # The last ones shrink by 7 and 4, and by 3 and 1.
            more = [(49, 55)] if name == "chelsea.png" else [(width + 9, height + 5), (39, 131)]
            sizes = [(56, 56), (33, 21), (width, 20), (20, height + 7), *more]
            for size in sizes:
                expected = cv2.resize(array, size, interpolation=flag)
                sides = {"width": size[0], "height": size[1]}
                declared = {**sides, "resize": sides, "crop": "none"}
                add(cases, name, array, kind, expected, declared)
            size = (61, 41)
            left, top = round((61 - 20) / 2), round((41 - 31) / 2)
            expected = cv2.resize(array, size, interpolation=flag)[top:top + 31, left:left + 20]
            declared = {"width": 20, "height": 31, "resize": {"width": 61, "height": 41}, "crop": "center"}
            add(cases, name, array, kind, expected, declared)
    (FOLDER / "opencv.json").write_text(json.dumps(cases, indent=1) + "\n")


def add(cases, name, array, kind, expected, declared):
    file = f"expected/opencv-{len(cases):02d}.png"
    cv2.imwrite(str(FOLDER / file), expected, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    declared["interpolation"] = kind
    if array.ndim == 2:
        declared["colour"] = "grey"
    cases.append({"source": name, "input": declared, "expected": file})


main()
