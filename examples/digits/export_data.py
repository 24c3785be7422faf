#!/usr/bin/env python3
"""Writes scikit-learn's handwritten digits to data/, and ten of them, one per class, as inputs into the model's package.

Its output is committed, so it has to run again only when the split or the format changes:

    python3 -m venv /tmp/digits-venv
    /tmp/digits-venv/bin/pip install scikit-learn
    /tmp/digits-venv/bin/python examples/digits/export_data.py

data/{train,test}-images.npy   uint8 [n, 8, 8], 0 (paper) to 16 (ink)
data/{train,test}-labels.npy   uint8 [n], 0 to 9
models/digits/examples/digit-<class>.npy   float32 [1, 1, 8, 8], 0 to 1: the test set's first digit of that class
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"
PACKAGE = HERE.parent.parent / "models" / "digits"

TEST_SHARE = 0.2
SEED = 0
MAX_PIXEL = 16


def main() -> None:
    digits = load_digits()
    images = digits.images.astype(np.uint8)
    labels = digits.target.astype(np.uint8)
    # The source stores small integers as floats: nothing may be lost.
    assert (images == digits.images).all() and images.max() == MAX_PIXEL

    # Stratified: each class has the same share in both parts.
    train_images, test_images, train_labels, test_labels = train_test_split(
        images, labels, test_size=TEST_SHARE, random_state=SEED, stratify=labels
    )

    DATA.mkdir(exist_ok=True)
    for name, array in {
        "train-images": train_images,
        "train-labels": train_labels,
        "test-images": test_images,
        "test-labels": test_labels,
    }.items():
        np.save(DATA / f"{name}.npy", np.ascontiguousarray(array))
        print(f"data/{name}.npy: {array.dtype} {array.shape}")

    (PACKAGE / "examples").mkdir(parents=True, exist_ok=True)
    for digit in range(10):
        first = test_images[np.flatnonzero(test_labels == digit)[0]]
        tensor = first.astype(np.float32).reshape(1, 1, 8, 8) / np.float32(MAX_PIXEL)
        np.save(PACKAGE / "examples" / f"digit-{digit}.npy", tensor)
    print("models/digits/examples: one digit per class")


if __name__ == "__main__":
    main()
