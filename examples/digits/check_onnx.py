#!/usr/bin/env python3
"""Checks models/digits/model.onnx with tools that share no code with this project.

    python3 -m venv /tmp/digits-venv
    /tmp/digits-venv/bin/pip install onnx onnxruntime
    /tmp/digits-venv/bin/python examples/digits/check_onnx.py

- `onnx.checker` and shape inference accept the file, and its input and output are what the package declares.
- ONNX Runtime and the `onnx` package's reference evaluator agree on every test digit.
- ONNX Runtime's test accuracy is at least MIN_ACCURACY, and it names all of the package's example digits rightly.
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent / "models" / "digits"
MODEL = PACKAGE / "model.onnx"

MIN_ACCURACY = 0.98
MAX_DIFFERENCE = 1e-5


def main() -> None:
    model = onnx.load(MODEL)
    onnx.checker.check_model(model, full_check=True)
    assert model.opset_import[0].version == 17
    assert [describe(value) for value in model.graph.input] == ["image [batch, 1, 8, 8]"]
    assert [describe(value) for value in model.graph.output] == ["probabilities [batch, 10]"]
    print(f"onnx {onnx.__version__}: valid, {MODEL.stat().st_size} bytes")

    images = np.load(HERE / "data" / "test-images.npy")[:, None].astype(np.float32) / np.float32(16)
    labels = np.load(HERE / "data" / "test-labels.npy")
    session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
    (runtime,) = session.run(["probabilities"], {"image": images})
    (reference,) = ReferenceEvaluator(model).run(["probabilities"], {"image": images})

    right = int((runtime.argmax(axis=1) == labels).sum())
    print(f"ONNX Runtime {onnxruntime.__version__}: test accuracy {right / len(labels):.2%} ({right} of {len(labels)})")
    difference = float(np.abs(runtime - reference).max())
    print(f"ONNX Runtime and the reference evaluator: probabilities differ by at most {difference:.1e}")
    assert right >= MIN_ACCURACY * len(labels)
    assert difference <= MAX_DIFFERENCE

    for digit in range(10):
        image = np.load(PACKAGE / "examples" / f"digit-{digit}.npy")
        (probabilities,) = session.run(["probabilities"], {"image": image})
        answer = int(probabilities.argmax())
        print(f"digit-{digit}.npy: {answer} with probability {probabilities.max():.4f}")
        assert answer == digit


def describe(value: onnx.ValueInfoProto) -> str:
    tensor = value.type.tensor_type
    assert tensor.elem_type == onnx.TensorProto.FLOAT
    dims = [dim.dim_param or str(dim.dim_value) for dim in tensor.shape.dim]
    return f"{value.name} [{', '.join(dims)}]"


if __name__ == "__main__":
    main()
