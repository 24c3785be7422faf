"""Writes the networks that engines are compared on.

    make.py LIGHT MINILM DIRECTORY

LIGHT holds ONNX's networks `light_*.onnx`, which are well-known networks with constant weights: here they get random
ones, from a fixed seed. MINILM is the graph of the sentence model. DIRECTORY gets a directory for each network: model.onnx,
inputs.json, and the inputs' elements.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

LIGHT = ["resnet50", "squeezenet", "vgg19", "densenet121", "shufflenet"]
TOKENS = 128
VOCABULARY = 30522
SEED = 20240229


def with_random_weights(model, rng):
    """Each `ConstantOfShape` of a constant shape becomes an initialiser that keeps activations at about the same size."""
    graph = model.graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    shapes, nodes, weights = set(), [], []
    for node in graph.node:
        if node.op_type != "ConstantOfShape":
            nodes.append(node)
            continue
        shapes.add(node.input[0])
        shape = constants[node.input[0]]
        inputs = max(int(np.prod(shape[1:])), 1)
        weight = rng.standard_normal(shape) * np.sqrt(2 / inputs)
        if len(shape) == 1:
            # Scales, variances, means and biases alike.
            weight = np.abs(weight) / 10 + 0.5
        elif len(shape) == 2:
            # The classifier: probabilities that differ, but not of 0 and 1.
            weight /= 10
        weights.append(numpy_helper.from_array(weight.astype(np.float32), node.output[0]))
    weights += [tensor for tensor in graph.initializer if tensor.name not in shapes]
    names = {tensor.name for tensor in weights} | shapes
    inputs = [value for value in graph.input if value.name not in names]
    for field, values in ((graph.node, nodes), (graph.initializer, weights), (graph.input, inputs)):
        del field[:]
        field.extend(values)
    # The first whose initialisers need not be inputs.
    model.ir_version = max(model.ir_version, 4)
    return model


def write_inputs(directory, inputs):
    """`inputs`: names and arrays."""
    index = []
    for position, (name, values) in enumerate(inputs):
        kind = {"float32": "float", "int64": "int64"}[str(values.dtype)]
        file = f"input_{position}.bin"
        (directory / file).write_bytes(values.tobytes())
        index.append({"name": name, "type": kind, "shape": list(values.shape), "file": file})
    (directory / "inputs.json").write_text(json.dumps(index))


def light(path, directory, rng):
    model = with_random_weights(onnx.load(path), rng)
    onnx.save(model, directory / "model.onnx")
    (image,) = model.graph.input
    shape = [dim.dim_value for dim in image.type.tensor_type.shape.dim]
    write_inputs(directory, [(image.name, rng.random(shape, dtype=np.float32))])


def minilm(path, directory, rng):
    shutil.copyfile(path, directory / "model.onnx")
    ids = rng.integers(1000, VOCABULARY, (1, TOKENS), dtype=np.int64)
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    graph = onnx.load(path, load_external_data=False).graph
    write_inputs(directory, [(value.name, given[value.name]) for value in graph.input])


def main():
    sources, sentences, target = map(Path, sys.argv[1:])
    for name in [*LIGHT, "minilm"]:
        directory = target / name
        directory.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(SEED)
        if name == "minilm":
            minilm(sentences, directory, rng)
        else:
            light(sources / f"light_{name}.onnx", directory, rng)


main()
