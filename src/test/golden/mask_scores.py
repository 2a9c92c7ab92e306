"""Writes src/test/resources/io/foldserve/task/mask-scores.npy: what PyTorch makes of digit-scenes' scene-1.png.

The soft-max of the doconv variant's logits in float64, [labels, H, W], of every third pixel across and down, as
float32. Run with: python src/test/golden/mask_scores.py (its packages: models/training/requirements.txt)
"""

import pathlib
import sys

import numpy as np
import torch
from PIL import Image

ROOT = pathlib.Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "models" / "training"))
import bundled

network = bundled.load_trained("digit-scenes", "doconv").double().eval()
picture = np.asarray(Image.open(ROOT / "models/digit-scenes/samples/scene-1.png").convert("RGB"))
pixels = torch.from_numpy(picture.astype(np.float64)).permute(2, 0, 1) / 255
with torch.no_grad():
    scores = torch.softmax(network((pixels[None] - 0.5) / 0.25), 1)[0]
np.save(ROOT / "src/test/resources/io/foldserve/task/mask-scores.npy", scores[:, ::3, ::3].float().contiguous().numpy())
