"""Writes src/test/resources/io/foldserve/fold/systems/: a network of every system that foldserve folds, and of what looks
like one and must stay, in training form as ONNX, with PyTorch's float64 outputs.

Run with: python src/test/golden/systems.py
"""

import systems_commuting
import systems_folding
import systems_staying
from systems_export import finish

systems_folding.write()
systems_staying.write()
systems_commuting.write()
finish()
