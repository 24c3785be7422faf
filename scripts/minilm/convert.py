"""Writes the sentence model's graph and vocabulary from its original weights.

    convert.py ORIGINAL PACKAGE

ORIGINAL holds model.safetensors, config.json and vocab.txt, as published. PACKAGE gets graph.onnx and vocabulary.txt.

The graph takes token ids and a mask of any number of sentences and tokens, and gives one vector of length 1 for each
sentence: BERT, the mean of its last layer over the tokens that are not padding, and the division by that mean's norm.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
# Smaller than any score, and finite: what it is added to becomes a probability of exactly 0.
MASKED = np.float32(np.finfo(np.float32).min)


def read_safetensors(path):
    """Names to arrays. The format: the header's length in 8 bytes, the header in JSON, the data."""
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    dtypes = {"F32": np.float32, "I64": np.int64}
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[start:end], dtypes[entry["dtype"]]).reshape(entry["shape"])
    return tensors


class Graph:
    """Nodes and constants in the order in which they are added."""

    def __init__(self):
        self.nodes, self.constants = [], {}

    def constant(self, name, value):
        value = np.ascontiguousarray(value)
        self.constants.setdefault(name, numpy_helper.from_array(value, name))
        return name

    def ints(self, *values):
        return self.constant("ints_" + "_".join(map(str, values)).replace("-", "m"), np.array(values, np.int64))

    def add(self, op_type, *inputs, name, **attributes):
        self.nodes.append(helper.make_node(op_type, inputs, [name], name, **attributes))
        return name


def bert(graph, weights, config):
    """Token ids and mask to the last layer's states, [sentences, tokens, width]."""
    heads = config["num_attention_heads"]
    width = config["hidden_size"]
    epsilon = config["layer_norm_eps"]

    def norm(x, original, name):
        scale = graph.constant(f"{name}.scale", weights[f"{original}.LayerNorm.weight"])
        bias = graph.constant(f"{name}.bias", weights[f"{original}.LayerNorm.bias"])
        return graph.add("LayerNormalization", x, scale, bias, name=name, axis=-1, epsilon=epsilon)

    def dense(x, original, name):
        weight = graph.constant(f"{name}.weight", weights[f"{original}.weight"].T)
        bias = graph.constant(f"{name}.bias", weights[f"{original}.bias"])
        return graph.add("Add", graph.add("MatMul", x, weight, name=f"{name}.product"), bias, name=name)

    # There is one kind of token, so its embedding goes into the positions'.
    positions = weights["embeddings.position_embeddings.weight"]
    positions = positions + weights["embeddings.token_type_embeddings.weight"][0]
    words = graph.constant("words", weights["embeddings.word_embeddings.weight"])
    positions = graph.constant("positions", positions)
    length = graph.add("Shape", "input_ids", name="length", start=1, end=2)
    here = graph.add("Slice", positions, graph.ints(0), length, graph.ints(0), name="positions.here")
    states = graph.add("Gather", words, "input_ids", name="words.here", axis=0)
    states = norm(graph.add("Add", states, here, name="embeddings.sum"), "embeddings", "embeddings")

    # [sentences, 1, 1, tokens]: 0 for a token, MASKED for padding.
    mask = graph.add("Unsqueeze", "mask", graph.ints(1, 2), name="mask.wide")
    absent = graph.add("Sub", graph.constant("one", np.float32(1)), mask, name="mask.absent")
    penalty = graph.add("Mul", absent, graph.constant("masked", MASKED), name="mask.penalty")
    scale = graph.constant("scale", np.float32(1 / np.sqrt(width // heads)))
    split, joined = graph.ints(0, 0, heads, width // heads), graph.ints(0, 0, width)

    for layer in range(config["num_hidden_layers"]):
        original, name = f"encoder.layer.{layer}", f"layer{layer}"

        def head(part, perm):
            x = dense(states, f"{original}.attention.self.{part}", f"{name}.{part}")
            x = graph.add("Reshape", x, split, name=f"{name}.{part}.split")
            return graph.add("Transpose", x, name=f"{name}.{part}.heads", perm=perm)

        query, key, value = head("query", [0, 2, 1, 3]), head("key", [0, 2, 3, 1]), head("value", [0, 2, 1, 3])
        scores = graph.add("MatMul", query, key, name=f"{name}.scores")
        scores = graph.add("Mul", scores, scale, name=f"{name}.scores.scaled")
        scores = graph.add("Add", scores, penalty, name=f"{name}.scores.masked")
        weights_ = graph.add("Softmax", scores, name=f"{name}.attention.weights", axis=-1)
        mixed = graph.add("MatMul", weights_, value, name=f"{name}.attention.heads")
        mixed = graph.add("Transpose", mixed, name=f"{name}.attention.back", perm=[0, 2, 1, 3])
        mixed = graph.add("Reshape", mixed, joined, name=f"{name}.attention.joined")
        mixed = dense(mixed, f"{original}.attention.output.dense", f"{name}.attention.dense")
        mixed = graph.add("Add", mixed, states, name=f"{name}.attention.sum")
        states = norm(mixed, f"{original}.attention.output", f"{name}.attention")

        inner = dense(states, f"{original}.intermediate.dense", f"{name}.inner")
        inner = graph.add("Gelu", inner, name=f"{name}.inner.gelu")
        inner = dense(inner, f"{original}.output.dense", f"{name}.outer")
        states = norm(graph.add("Add", inner, states, name=f"{name}.sum"), f"{original}.output", name)
    return states


def mean_of_length_one(graph, states, name):
    """States to one vector of length 1 for each sentence."""
    row = graph.add("Unsqueeze", "mask", graph.ints(1), name="mask.row")
    total = graph.add("Squeeze", graph.add("MatMul", row, states, name="total.row"), graph.ints(1), name="total")
    count = graph.add("ReduceSum", "mask", graph.ints(1), name="count", keepdims=1)
    mean = graph.add("Div", total, count, name="mean")
    norm = graph.add("ReduceL2", mean, graph.ints(1), name="norm", keepdims=1)
    # As the original: a mean of zeros stays one.
    norm = graph.add("Max", norm, graph.constant("least", np.float32(1e-12)), name="norm.bounded")
    return graph.add("Div", mean, norm, name=name)


def build(weights, config):
    graph = Graph()
    graph.add("Cast", "attention_mask", name="mask", to=TensorProto.FLOAT)
    mean_of_length_one(graph, bert(graph, weights, config), "embedding")
    shape = ["sentences", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")]
    width = config["hidden_size"]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["sentences", width])
    proto = helper.make_graph(graph.nodes, "minilm", inputs, [output], list(graph.constants.values()))
    model = helper.make_model(proto, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    model.producer_name = "assay"
    onnx.checker.check_model(model, full_check=True)
    return model


def vocabulary(tokens):
    """Lines of token, tab and number, sorted by the tokens' bytes, for a program that bisects them."""
    lines = sorted((token.encode(), number) for number, token in enumerate(tokens))
    return b"".join(b"%s\t%d\n" % line for line in lines)


def main():
    original, package = map(Path, sys.argv[1:])
    config = json.loads((original / "config.json").read_text())
    expected = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
    for key, value in expected.items():
        if config[key] != value:
            sys.exit(f"config.json: {key} is {config[key]!r}; this script knows {value!r}")
    model = build(read_safetensors(original / "model.safetensors"), config)
    (package / "graph.onnx").write_bytes(model.SerializeToString(deterministic=True))
    tokens = (original / "vocab.txt").read_text(encoding="utf-8").splitlines()
    (package / "vocabulary.txt").write_bytes(vocabulary(tokens))


if __name__ == "__main__":
    main()
