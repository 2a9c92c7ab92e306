"""The hand-written rival of the serving benchmark: FastAPI, Pillow and ONNX Runtime, one session a worker.

Environment: MODEL (a folded .onnx of one float32 input), LABELS, SHORTER_SIDE (0: none), SIZE, MASK (1: answers the most
likely class of each pixel as a PNG).
"""
import io
import os

import numpy as np
import onnxruntime
from fastapi import FastAPI, Request, Response
from PIL import Image

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(os.environ.get("THREADS", "1"))
session = onnxruntime.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
labels = open(os.environ["LABELS"]).read().splitlines()
shorter = int(os.environ.get("SHORTER_SIDE", "0"))
size = int(os.environ["SIZE"])
mask = os.environ.get("MASK") == "1"
mean = np.array([0.485, 0.456, 0.406], np.float32)
std = np.array([0.229, 0.224, 0.225], np.float32)
app = FastAPI()


def prepare(body):
    image = Image.open(io.BytesIO(body)).convert("RGB")
    if shorter:
        width, height = image.size
        scale = shorter / min(width, height)
        image = image.resize((round(width * scale), round(height * scale)), Image.BILINEAR)
    left, top = (image.width - size) // 2, (image.height - size) // 2
    image = image.crop((left, top, left + size, top + size))
    pixels = (np.asarray(image, np.float32) / 255 - mean) / std
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


@app.post("/predict")
async def predict(request: Request):
    output = session.run(None, {name: prepare(await request.body())})[0]
    if mask:
        png = io.BytesIO()
        Image.fromarray(output[0].argmax(0).astype(np.uint8)).save(png, "PNG")
        return Response(png.getvalue(), media_type="image/png")
    logits = output.reshape(-1)
    scores = np.exp(logits - logits.max())
    scores /= scores.sum()
    best = np.argsort(-scores)[:5]
    return {"classes": [{"label": labels[i], "probability": float(scores[i])} for i in best]}
