#!/usr/bin/env python3
"""Makes the golden models of inference/graph: small ONNX graphs, inputs, and the outputs of ONNX Runtime.

Run by hand, in a virtual environment with `pip install onnx==1.22.0 onnxruntime==1.31.1 numpy`:

    python scripts/golden/make_golden.py inference/graph/tests/golden

For every case it writes NAME.onnx and NAME.json (inputs and expected outputs by name, with element type, shape and
row-major elements). The tests read only those files. Everything is seeded, so a second run changes nothing.
"""

import json
import sys
import zlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

F32, F16, I32, I64, BOOL = (
    TensorProto.FLOAT,
    TensorProto.FLOAT16,
    TensorProto.INT32,
    TensorProto.INT64,
    TensorProto.BOOL,
)


class Case:
    """A graph under construction, with the values of its inputs."""

    def __init__(self, name, opset):
        self.name, self.opset = name, opset
        self.random = np.random.default_rng(zlib.crc32(name.encode()))
        self.nodes, self.constants, self.inputs, self.outputs, self.feeds = [], [], [], [], {}

    def normal(self, *shape, scale=1.0):
        return (self.random.standard_normal(shape) * scale).astype(np.float32)

    def input(self, name, value, dims=None):
        """Declares an input; `dims` may name dimensions."""
        self.feeds[name] = value
        kind = helper.np_dtype_to_tensor_dtype(value.dtype)
        self.inputs.append(helper.make_tensor_value_info(name, kind, dims or list(value.shape)))
        return name

    def const(self, value, dtype=None):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype=dtype), name))
        return name

    def ints(self, *values):
        return self.const(values, np.int64)

    def node(self, op, *inputs, outputs=1, **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def output(self, *names):
        self.outputs += names

    def build(self):
        outputs = [helper.make_empty_tensor_value_info(name) for name in self.outputs]
        graph = helper.make_graph(self.nodes, self.name, self.inputs, outputs, self.constants)
        opset = helper.make_opsetid("", self.opset)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=10, producer_name="make_golden")
        # Declared output types come from shape inference, as an exporter would write them.
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
        by_name = {value.name: value for value in inferred.graph.value_info}
        del model.graph.output[:]
        for output in inferred.graph.output:
            model.graph.output.append(output if output.HasField("type") else by_name[output.name])
        onnx.checker.check_model(model, full_check=True)
        return model


def tensor_json(value):
    value = np.asarray(value)
    if value.dtype == np.bool_:
        elements = [bool(x) for x in value.flat]
    elif np.issubdtype(value.dtype, np.integer):
        elements = [int(x) for x in value.flat]
    else:
        assert np.isfinite(value).all(), "JSON has no infinities"
        # Nine significant digits are one float32 and no other.
        elements = [float(f"{float(x):.9g}") for x in value.flat]
    return {"dtype": str(value.dtype), "shape": list(value.shape), "data": elements}


CASES = []


def case(opset):
    def register(make):
        def build():
            c = Case(make.__name__, opset)
            make(c)
            return c

        CASES.append(build)
        return make

    return register


# Whole networks


@case(13)
def mlp(c):
    x = c.input("x", c.normal(3, 8), ["batch", 8])
    h = c.node("Relu", c.node("Gemm", x, c.const(c.normal(16, 8)), c.const(c.normal(16)), transB=1))
    h = c.node("Gemm", h, c.const(c.normal(5, 16)), c.const(c.normal(5)), transB=1)
    c.output(c.node("Softmax", h, axis=-1))


@case(11)
def cnn(c):
    x = c.input("image", c.normal(2, 3, 17, 17), ["batch", 3, 17, 17])
    h = c.node("Conv", x, c.const(c.normal(8, 3, 3, 3, scale=0.3)), c.const(c.normal(8)), pads=[1, 1, 1, 1], strides=[2, 2])
    stats = [c.const(c.normal(8)), c.const(c.normal(8)), c.const(c.normal(8)), c.const(np.abs(c.normal(8)) + 0.5)]
    h = c.node("Relu", c.node("BatchNormalization", h, *stats, epsilon=1e-3))
    h = c.node("MaxPool", h, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    h = c.node("Conv", h, c.const(c.normal(8, 1, 3, 3, scale=0.5)), group=8, auto_pad="SAME_LOWER")
    h = c.node("Conv", h, c.const(c.normal(12, 8, 1, 1, scale=0.4)), c.const(c.normal(12)))
    h = c.node("Clip", h, c.const(0.0, np.float32), c.const(6.0, np.float32))
    h = c.node("Flatten", c.node("GlobalAveragePool", h))
    h = c.node("Gemm", h, c.const(c.normal(12, 10)), c.const(c.normal(10)))
    c.output(c.node("LogSoftmax", h, axis=1))


@case(17)
def transformer_block(c):
    tokens, width, heads = 6, 16, 4
    x = c.input("x", c.normal(2, tokens, width), ["batch", "tokens", width])
    mask = c.input("mask", np.array([[1] * 6, [1] * 4 + [0] * 2], np.int64), ["batch", "tokens"])
    norm = lambda h: c.node("LayerNormalization", h, c.const(c.normal(width)), c.const(c.normal(width)), axis=-1)
    split = lambda h: c.node("Transpose", c.node("Reshape", h, c.ints(0, 0, heads, -1)), perm=[0, 2, 1, 3])
    dense = lambda h, n, m: c.node("Add", c.node("MatMul", h, c.const(c.normal(n, m, scale=0.25))), c.const(c.normal(m)))
    n = norm(x)
    q, k, v = (split(dense(n, width, width)) for _ in range(3))
    scores = c.node("MatMul", q, c.node("Transpose", k, perm=[0, 1, 3, 2]))
    scores = c.node("Div", scores, c.const(2.0, np.float32))
    bias = c.node("Unsqueeze", c.node("Cast", mask, to=F32), c.ints(1, 2))
    bias = c.node("Mul", c.node("Sub", c.const(1.0, np.float32), bias), c.const(-10000.0, np.float32))
    weights = c.node("Softmax", c.node("Add", scores, bias), axis=-1)
    h = c.node("Transpose", c.node("MatMul", weights, v), perm=[0, 2, 1, 3])
    h = c.node("Add", x, dense(c.node("Reshape", h, c.ints(0, 0, width)), width, width))
    f = dense(norm(h), width, 2 * width)
    half, one, root2 = (c.const(value, np.float32) for value in (0.5, 1.0, 2.0**0.5))
    gelu = c.node("Mul", c.node("Mul", f, c.node("Add", c.node("Erf", c.node("Div", f, root2)), one)), half)
    c.output(c.node("Add", h, dense(gelu, 2 * width, width)))


# Dot products


@case(13)
def gemm_variants(c):
    a, b = c.input("a", c.normal(5, 7)), c.input("b", c.normal(5, 4))
    c.output(c.node("Gemm", a, b, c.const(c.normal(4)), alpha=0.5, beta=1.5, transA=1))
    c.output(c.node("Gemm", a, b, transA=1, alpha=2.0))
    c.output(c.node("Gemm", b, a, c.const(c.normal(4, 1)), transA=1))
    c.output(c.node("Gemm", b, b, c.const(np.float32(3)), transB=1, beta=-1.0))


@case(9)
def matmul_shapes(c):
    a, b = c.input("a", c.normal(2, 1, 3, 5)), c.input("b", c.normal(4, 5, 2))
    v, w = c.input("v", c.normal(5)), c.input("w", c.normal(5, 3))
    c.output(c.node("MatMul", a, b), c.node("MatMul", v, w), c.node("MatMul", a, v), c.node("MatMul", v, v))
    # Deep enough for several blocks of the sum.
    c.output(c.node("MatMul", c.input("long", c.normal(2, 700)), c.const(c.normal(700, 2))))


@case(11)
def conv_variants(c):
    x = c.input("x", c.normal(1, 4, 9, 8))
    w = c.const(c.normal(6, 2, 3, 3))
    c.output(c.node("Conv", x, w, group=2, dilations=[2, 2], pads=[2, 1, 2, 1]))
    c.output(c.node("Conv", x, w, group=2, auto_pad="SAME_UPPER", strides=[2, 3]))
    c.output(c.node("Conv", x, c.const(c.normal(2, 4, 2, 1)), c.const(c.normal(2)), auto_pad="VALID", strides=[3, 2]))
    line, volume = c.input("line", c.normal(2, 3, 11)), c.input("volume", c.normal(1, 2, 4, 5, 4))
    c.output(c.node("Conv", line, c.const(c.normal(4, 3, 4)), pads=[1, 2]))
    c.output(c.node("Conv", volume, c.const(c.normal(2, 2, 2, 3, 2)), strides=[2, 1, 1], pads=[1, 0, 0, 0, 1, 1]))


@case(11)
def conv_transpose_variants(c):
    x = c.input("x", c.normal(1, 4, 4, 3))
    c.output(c.node("ConvTranspose", x, c.const(c.normal(4, 2, 3, 3)), c.const(c.normal(2)), strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 0]))
    c.output(c.node("ConvTranspose", x, c.const(c.normal(4, 3, 2, 3)), group=2, dilations=[2, 1], strides=[1, 2]))
    c.output(c.node("ConvTranspose", x, c.const(c.normal(4, 1, 3, 3)), strides=[2, 3], auto_pad="SAME_UPPER"))
    c.output(c.node("ConvTranspose", x, c.const(c.normal(4, 1, 3, 3)), strides=[2, 2], output_shape=[8, 7]))
    c.output(c.node("ConvTranspose", c.input("line", c.normal(1, 2, 5)), c.const(c.normal(2, 3, 4)), strides=[3]))


# Pools, reductions, normalisations


@case(11)
def pools(c):
    x = c.input("x", c.normal(1, 2, 9, 7))
    c.output(c.node("MaxPool", x, kernel_shape=[3, 2], strides=[2, 3], ceil_mode=1))
    c.output(c.node("MaxPool", x, kernel_shape=[2, 3], dilations=[3, 2], pads=[1, 0, 1, 2]))
    c.output(c.node("AveragePool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]))
    c.output(c.node("AveragePool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1))
    c.output(c.node("AveragePool", x, kernel_shape=[2, 2], auto_pad="SAME_UPPER"))
    c.output(c.node("GlobalMaxPool", x), c.node("GlobalAveragePool", x))
    c.output(c.node("MaxPool", c.input("line", c.normal(2, 1, 6)), kernel_shape=[3]))
    c.output(c.node("AveragePool", c.input("volume", c.normal(1, 1, 3, 4, 4)), kernel_shape=[2, 2, 3]))


REDUCTIONS = ["Sum", "Mean", "Max", "Min", "Prod", "SumSquare", "L1", "L2", "LogSum", "LogSumExp"]


@case(18)
def pools_of_other_kinds(c):
    x = c.input("x", c.normal(2, 3, 9, 8))
    for p in [1, 2, 3]:
        c.output(c.node("LpPool", x, kernel_shape=[3, 2], p=p), c.node("GlobalLpPool", x, p=p))
    windows = dict(kernel_shape=[3, 2], strides=[4, 3], pads=[1, 0, 0, 0])
    c.output(*c.node("MaxPool", x, outputs=2, **windows), *c.node("MaxPool", x, outputs=2, ceil_mode=1, **windows))
    c.output(*c.node("MaxPool", x, outputs=2, dilations=[2, 3], storage_order=1, kernel_shape=[2, 2]))
    bytes_ = c.input("bytes", c.random.integers(0, 256, (1, 2, 5, 6)).astype(np.uint8))
    c.output(c.node("MaxPool", bytes_, kernel_shape=[2, 3], pads=[1, 1, 0, 1]))


@case(18)
def reductions(c):
    x = c.input("x", np.abs(c.normal(3, 4, 5)) + 0.1)
    for op in REDUCTIONS:
        c.output(c.node(f"Reduce{op}", x, c.ints(-1, 0), keepdims=0))
        c.output(c.node(f"Reduce{op}", x))
    c.output(c.node("ReduceSum", x, c.ints(), noop_with_empty_axes=1))


@case(11)
def reductions_by_attribute(c):
    x = c.input("x", np.abs(c.normal(2, 3, 4)) + 0.1)
    for op in REDUCTIONS:
        c.output(c.node(f"Reduce{op}", x, axes=[1]))
    # Long enough for several blocks of the sum.
    long = c.input("long", c.normal(3, 600))
    c.output(c.node("ReduceSum", long, axes=[1], keepdims=0), c.node("ReduceMean", long, axes=[1], keepdims=0))


@case(13)
def arg_reductions(c):
    x = c.input("x", np.round(c.normal(3, 6, 2) * 2))
    n = c.input("n", c.random.integers(-3, 3, (4, 5)).astype(np.int32))
    c.output(c.node("ArgMax", x, axis=1), c.node("ArgMin", x, axis=-1, keepdims=0))
    c.output(c.node("ArgMax", x, axis=1, select_last_index=1), c.node("ArgMin", n, axis=0, select_last_index=1))


@case(11)
def softmax_before_13(c):
    x = c.input("x", c.normal(2, 3, 4))
    c.output(c.node("Softmax", x), c.node("Softmax", x, axis=2), c.node("LogSoftmax", x, axis=0))


@case(13)
def softmax_since_13(c):
    x = c.input("x", c.normal(2, 3, 4, scale=20.0))
    c.output(c.node("Softmax", x), c.node("Softmax", x, axis=1), c.node("LogSoftmax", x, axis=0))


@case(17)
def layer_norm(c):
    x = c.input("x", c.normal(2, 3, 40, scale=5.0))
    c.output(c.node("LayerNormalization", x, c.const(c.normal(40)), c.const(c.normal(40))))
    c.output(c.node("LayerNormalization", x, c.const(c.normal(3, 40)), axis=1, epsilon=0.1))


# Elementwise


@case(21)
def normalisations(c):
    x = c.input("x", c.normal(2, 6, 3, 5))
    affine = [c.const(c.normal(6)), c.const(c.normal(6))]
    groups = c.node("GroupNormalization", x, *affine, num_groups=3)
    # Type inference does not know the operator.
    c.output(c.node("Reshape", c.node("Cast", groups, to=F32), c.ints(2, 6, 3, 5)))
    c.output(c.node("InstanceNormalization", x, *affine, epsilon=1e-2))
    c.output(*c.node("LayerNormalization", x, c.const(c.normal(3, 5)), axis=2, outputs=3))
    c.output(c.node("LRN", x, size=3), c.node("LRN", x, size=5, alpha=0.3, beta=0.6, bias=1.5))
    for p in [1, 2]:
        c.output(c.node("LpNormalization", x, p=p, axis=1))


@case(9)
def mean_variance_norm(c):
    x = c.input("x", c.normal(2, 3, 4, 5))
    c.output(c.node("MeanVarianceNormalization", x), c.node("MeanVarianceNormalization", x, axes=[1, 2]))


@case(23)
def rms_norm(c):
    x = c.input("x", c.normal(2, 3, 8))
    c.output(c.node("RMSNormalization", x, c.const(c.normal(8))))
    c.output(c.node("RMSNormalization", x, c.const(c.normal(3, 8)), axis=1, epsilon=1e-2))


@case(13)
def losses(c):
    x = c.input("scores", c.normal(4, 3, 5))
    target = c.input("target", c.random.integers(0, 3, (4, 5)))
    weight = c.const([0.5, 2.0, 1.25], np.float32)
    for reduction in ["none", "sum", "mean"]:
        for inputs in [(x, target), (x, target, weight)]:
            c.output(c.node("NegativeLogLikelihoodLoss", *inputs, reduction=reduction))
            c.output(c.node("NegativeLogLikelihoodLoss", *inputs, reduction=reduction, ignore_index=1))
            c.output(*c.node("SoftmaxCrossEntropyLoss", *inputs, reduction=reduction, ignore_index=2, outputs=2))


# Recurrence and attention


def recurrent(c, op, gates, steps=5, batch=3, width=4, hidden=6, directions=2):
    x = c.input("x", c.normal(steps, batch, width))
    weights = [c.normal(directions, gates * hidden, n, scale=0.5) for n in (width, hidden)]
    bias = c.normal(directions, 2 * gates * hidden, scale=0.5)
    lengths = c.const([5, 2, 4], np.int32)
    start = c.const(c.normal(directions, batch, hidden))
    return x, [c.const(w) for w in weights], c.const(bias), lengths, start


@case(14)
def lstm(c):
    x, weights, bias, lengths, start = recurrent(c, "LSTM", 4)
    cell, peepholes = c.const(c.normal(2, 3, 6)), c.const(c.normal(2, 18))
    common = dict(hidden_size=6, direction="bidirectional", outputs=3)
    c.output(*c.node("LSTM", x, *weights, **common), *c.node("LSTM", x, *weights, bias, lengths, **common))
    c.output(*c.node("LSTM", x, *weights, bias, lengths, start, cell, peepholes, **common))
    c.output(*c.node("LSTM", x, *weights, bias, "", start, cell, input_forget=1, **common))
    names = ["HardSigmoid", "Softsign", "ScaledTanh", "Relu", "Elu", "Tanh"]
    parameters = dict(activation_alpha=[0.3, 0.9, 0.8], activation_beta=[0.4, 0.7])
    c.output(*c.node("LSTM", x, *weights, bias, activations=names, **parameters, **common))


@case(14)
def gru(c):
    x, weights, bias, lengths, start = recurrent(c, "GRU", 3)
    common = dict(hidden_size=6, direction="bidirectional", outputs=2)
    for linear in [0, 1]:
        c.output(*c.node("GRU", x, *weights, linear_before_reset=linear, **common))
        c.output(*c.node("GRU", x, *weights, bias, lengths, start, linear_before_reset=linear, **common))
    c.output(*c.node("GRU", x, *weights, bias, clip=0.6, **common))


@case(14)
def rnn(c):
    x, weights, bias, lengths, start = recurrent(c, "RNN", 1, directions=1)
    names = ["Tanh", "Relu", "Sigmoid", "Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh"]
    names += ["HardSigmoid", "Elu", "Softsign", "Softplus"]
    for name in names:
        parameters = dict(activation_alpha=[0.4], activation_beta=[0.3]) if name in ["Affine", "HardSigmoid"] else {}
        parameters = dict(activation_alpha=[0.4]) if name in ["LeakyRelu", "ThresholdedRelu", "Elu"] else parameters
        parameters = dict(activation_alpha=[0.9], activation_beta=[0.7]) if name == "ScaledTanh" else parameters
        common = dict(hidden_size=6, direction="reverse", activations=[name], outputs=2)
        c.output(*c.node("RNN", x, *weights, bias, lengths, start, **parameters, **common))


@case(23)
def attention(c):
    q, k = c.input("q", c.normal(2, 4, 3, 8)), c.input("k", c.normal(2, 2, 5, 8))
    v = c.input("v", c.normal(2, 2, 5, 6))
    past = [c.const(c.normal(2, 2, 4, 8)), c.const(c.normal(2, 2, 4, 6))]
    mask = c.input("mask", c.normal(2, 1, 3, 9))
    c.output(c.node("Attention", q, k, v), c.node("Attention", q, k, v, is_causal=1, scale=0.2))
    c.output(*c.node("Attention", q, k, v, mask, *past, softcap=2.0, outputs=4, qk_matmul_output_mode=3))
    flat = [c.node("Reshape", c.node("Transpose", t, perm=[0, 2, 1, 3]), c.ints(0, 0, -1)) for t in (q, k, v)]
    c.output(*c.node("Attention", *flat, "", *past, q_num_heads=4, kv_num_heads=2, is_causal=1, outputs=3))


@case(23)
def rotary_embedding(c):
    x = c.input("x", c.normal(2, 3, 4, 8))
    positions = c.input("positions", c.random.integers(0, 10, (2, 4)))
    caches = lambda *shape: [c.const(np.cos(c.normal(*shape))), c.const(np.sin(c.normal(*shape)))]
    flat = c.node("Reshape", c.node("Transpose", x, perm=[0, 2, 1, 3]), c.ints(0, 0, -1))
    for interleaved in [0, 1]:
        c.output(c.node("RotaryEmbedding", x, *caches(10, 4), positions, interleaved=interleaved))
        c.output(c.node("RotaryEmbedding", flat, *caches(2, 4, 4), interleaved=interleaved, num_heads=3))


@case(20)
def activations(c):
    x = c.input("x", c.normal(2, 17, scale=3.0))
    for op in ["Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "HardSwish", "Mish", "Elu", "Selu", "Celu", "LeakyRelu", "HardSigmoid", "ThresholdedRelu", "Gelu", "Shrink"]:
        c.output(c.node(op, x))
    c.output(c.node("Gelu", x, approximate="tanh"), c.node("LeakyRelu", x, alpha=0.2), c.node("Elu", x, alpha=0.5))
    c.output(c.node("PRelu", x, c.const(c.normal(17))), c.node("Celu", x, alpha=2.0))
    c.output(c.node("HardSigmoid", x, alpha=0.3, beta=0.6), c.node("Shrink", x, lambd=1.0, bias=0.5))


@case(13)
def functions(c):
    x, p, u = c.input("x", c.normal(21)), c.input("p", np.abs(c.normal(21)) + 0.01), c.input("u", c.random.uniform(-0.95, 0.95, 21).astype(np.float32))
    for op in ["Abs", "Neg", "Sign", "Floor", "Ceil", "Round", "Exp", "Sin", "Cos", "Tan", "Atan", "Sinh", "Cosh", "Asinh", "Erf", "Reciprocal"]:
        c.output(c.node(op, x))
    for op in ["Log", "Sqrt"]:
        c.output(c.node(op, p))
    for op in ["Asin", "Acos", "Atanh"]:
        c.output(c.node(op, u))
    c.output(c.node("Acosh", c.node("Add", p, c.const(1.0, np.float32))))
    c.output(c.node("Round", c.const([0.5, 1.5, 2.5, -0.5, -1.5], np.float32)))


@case(13)
def broadcasting(c):
    a, b, s = c.input("a", c.normal(2, 1, 4)), c.input("b", c.normal(3, 1)), c.const(np.float32(1.25))
    for op in ["Add", "Sub", "Mul", "Div", "Min", "Max", "Sum", "Mean"]:
        c.output(c.node(op, a, b))
    c.output(c.node("Pow", c.node("Abs", a), b), c.node("Pow", a, c.const([2, 3, 0, 1], np.int32)))
    c.output(c.node("Sum", a, b, s), c.node("Mean", s, a, b, a), c.node("Max", a), c.node("Mod", a, s, fmod=1))


@case(13)
def comparisons(c):
    a, b = c.input("a", np.round(c.normal(3, 5))), c.input("b", np.round(c.normal(5)))
    p, q = c.node("Less", a, b), c.node("GreaterOrEqual", a, c.const(0.0, np.float32))
    c.output(p, q, c.node("Greater", a, b), c.node("LessOrEqual", a, b), c.node("Equal", a, b))
    c.output(c.node("And", p, q), c.node("Or", p, q), c.node("Xor", p, q), c.node("Not", p))
    c.output(c.node("Equal", p, q), c.node("Where", p, a, b), c.node("Where", q, c.ints(1), c.ints(2, 3, 4, 5, 6)))


@case(13)
def integers(c):
    a, b = c.input("a", c.random.integers(-50, 50, (3, 4))), c.input("b", np.array([3, -4, 7, -1]))
    for op in ["Add", "Sub", "Mul", "Mod", "Min", "Max"]:
        c.output(c.node(op, a, b))
    c.output(c.node("Mod", a, b, fmod=1), c.node("Abs", a), c.node("Neg", a), c.node("Sign", a))
    c.output(c.node("ReduceSum", a, c.ints(0)), c.node("ReduceMax", a, axes=[1]), c.node("ReduceProd", b))
    c.output(c.node("Div", c.node("Abs", a), c.node("Abs", b)), c.node("Clip", a, c.const(-5, np.int64), c.const(9, np.int64)))


@case(13)
def casts(c):
    x = c.input("x", np.round(c.normal(12, scale=40.0), 3))
    for kind in [I32, I64, BOOL, F16, TensorProto.DOUBLE]:
        c.output(c.node("Cast", x, to=kind))
    c.output(c.node("Cast", c.input("n", np.array([0, 1, 300, -70000])), to=TensorProto.UINT8))
    c.output(c.node("Cast", c.input("flag", np.array([True, False])), to=F32))


@case(13)
def half_precision(c):
    a, b = (c.input(name, c.normal(3, 4).astype(np.float16)) for name in "ab")
    total = c.node("Add", a, b)
    c.output(total, c.node("Mul", total, a), c.node("Transpose", b), c.node("Relu", a), c.node("Sub", a, b))


@case(6 + 1)
def clip_before_11(c):
    x = c.input("x", c.normal(10, scale=3.0))
    c.output(c.node("Clip", x, min=-1.0, max=2.0), c.node("Clip", x, max=0.5))


# Shapes and movement


@case(13)
def movement(c):
    x = c.input("x", c.normal(3, 4, 5))
    c.output(c.node("Transpose", x, perm=[2, 0, 1]), c.node("Concat", x, x, axis=1))
    c.output(c.node("Slice", x, c.ints(2, -1), c.ints(-100, 0), c.ints(0, 2), c.ints(-1, -2)))
    c.output(c.node("Slice", x, c.ints(1), c.ints(3)))
    c.output(c.node("Gather", x, c.const([[0, -1], [2, 1]], np.int64), axis=1), c.node("Gather", x, c.const(1, np.int32)))
    c.output(*c.node("Split", x, c.ints(1, 2, 2), axis=2, outputs=3), *c.node("Split", x, axis=1, outputs=2))
    c.output(c.node("Tile", x, c.ints(2, 1, 3)), c.node("Expand", c.const(c.normal(4, 1)), c.ints(2, 1, 3)))
    c.output(c.node("Squeeze", c.node("Unsqueeze", x, c.ints(0, -1)), c.ints(0)), c.node("Flatten", x, axis=2))


@case(9)
def movement_by_attribute(c):
    x = c.input("x", c.normal(3, 1, 5))
    c.output(c.node("Slice", x, starts=[1, -3], ends=[3, 100], axes=[0, 2]), c.node("Squeeze", x, axes=[1]))
    c.output(c.node("Unsqueeze", x, axes=[0, 4]), *c.node("Split", x, axis=2, split=[2, 3], outputs=2))
    c.output(c.node("Pad", x, pads=[0, 1, 2, 1, 0, 0], value=1.5), c.node("Dropout", x))


@case(19)
def pads(c):
    x = c.input("x", c.normal(3, 4))
    amount = c.ints(1, 2, 0, 3)
    c.output(c.node("Pad", x, amount, c.const(2.5, np.float32)), c.node("Pad", x, amount))
    for mode in ["reflect", "edge", "wrap"]:
        c.output(c.node("Pad", x, amount, mode=mode))
    c.output(c.node("Pad", x, c.ints(2, -1), "", c.ints(1)), c.node("Pad", x, c.ints(-1, 0, 0, -2)))


@case(15)
def shapes(c):
    x = c.input("x", c.normal(2, 3, 4), ["a", "b", 4])
    shape = c.node("Shape", x)
    c.output(shape, c.node("Shape", x, start=-2), c.node("Shape", x, start=1, end=2), c.node("Size", x))
    rows = c.node("Gather", shape, c.ints(0, 1))
    c.output(c.node("ConstantOfShape", rows, value=helper.make_tensor("", I64, [1], [7])), c.node("ConstantOfShape", rows))
    c.output(c.node("Reshape", x, c.node("Concat", c.node("Slice", shape, c.ints(0), c.ints(1)), c.ints(-1), axis=0)))
    c.output(c.node("Range", c.const(1.5, np.float32), c.const(4.0, np.float32), c.const(0.7, np.float32)))
    c.output(c.node("Range", c.const(9, np.int64), c.const(-3, np.int64), c.const(-5, np.int64)))
    c.output(c.node("Identity", c.node("Constant", value_floats=[1.0, 2.0])), c.node("Dropout", x))


def graph(nodes, inputs, outputs):
    """A graph inside a node; inputs and outputs are (name, type, shape)."""
    declare = lambda values: [helper.make_tensor_value_info(*value) for value in values]
    return helper.make_graph(nodes, "inner", declare(inputs), declare(outputs))


@case(21)
def control_flow(c):
    x, w = c.input("x", c.normal(4, 3)), c.input("w", c.normal(3, 3, scale=0.5))
    node = helper.make_node

    # Powers of w applied to x until the largest element falls below a bound, all of them kept.
    step = [
        node("MatMul", ["state", "w"], ["next"]),
        node("ReduceMax", ["next"], ["largest"], keepdims=0),
        node("Less", ["bound", "largest"], ["again"]),
    ]
    body = graph(
        step,
        [("i", I64, []), ("go_on", BOOL, []), ("state", F32, [4, 3])],
        [("again", BOOL, []), ("next", F32, [4, 3]), ("largest", F32, [])],
    )
    c.constants.append(numpy_helper.from_array(np.float32(0.25), "bound"))
    power, largest = c.node("Loop", c.const(9, np.int64), c.const(True), x, body=body, outputs=2)
    # Type inference does not know shapes that a loop could change.
    c.output(c.node("Reshape", power, c.ints(4, 3)), c.node("Reshape", largest, c.ints(-1)))

    # A running maximum over rows, from the last to the first.
    body = graph(
        [node("Max", ["so_far", "row"], ["most"]), node("Sub", ["row", "most"], ["below"])],
        [("so_far", F32, [3]), ("row", F32, [3])],
        [("most", F32, [3]), ("below", F32, [3])],
    )
    scan = dict(body=body, num_scan_inputs=1, scan_input_directions=[1], scan_output_axes=[1], outputs=2)
    c.output(*c.node("Scan", c.const(np.full(3, -9, np.float32)), x, **scan))

    # Loops in loops, and branches that give different shapes, on values from around.
    inner = graph(
        [
            node("Equal", ["i", "j"], ["same"]),
            node(
                "If",
                ["same"],
                ["part"],
                then_branch=graph([node("ReduceSum", ["x"], ["sum"], keepdims=0)], [], [("sum", F32, [])]),
                else_branch=graph([node("ReduceProd", ["x"], ["product"], keepdims=0)], [], [("product", F32, [])]),
            ),
            node("Add", ["total", "part"], ["more"]),
        ],
        [("j", I64, []), ("go_on_2", BOOL, []), ("total", F32, [])],
        [("go_on_2", BOOL, []), ("more", F32, [])],
    )
    outer = graph(
        [node("Loop", ["two", "", "sofar"], ["result"], body=inner)],
        [("i", I64, []), ("go_on_3", BOOL, []), ("sofar", F32, [])],
        [("go_on_3", BOOL, []), ("result", F32, []), ("result", F32, [])],
    )
    c.constants.append(numpy_helper.from_array(np.int64(2), "two"))
    total, sums = c.node("Loop", c.const(3, np.int64), "", c.const(0.0, np.float32), body=outer, outputs=2)
    c.output(c.node("Reshape", total, c.ints(1)), c.node("Reshape", sums, c.ints(-1)))


@case(21)
def quantized(c):
    x = c.input("x", c.normal(2, 6, 5))
    scale, zero = c.const(np.abs(c.normal(6)) * 0.02 + 0.01), c.const(c.random.integers(90, 160, 6), np.uint8)
    q = c.node("QuantizeLinear", x, scale, zero)
    c.output(q, c.node("DequantizeLinear", q, scale, zero))
    blocks = c.const(np.abs(c.normal(2, 6, 2)) * 0.02 + 0.01)
    c.output(c.node("DequantizeLinear", c.node("QuantizeLinear", x, blocks, axis=2, block_size=3), blocks, axis=2, block_size=3))
    c.output(*c.node("DynamicQuantizeLinear", x, outputs=3))


@case(13)
def integer_products(c):
    a = c.input("a", c.random.integers(0, 256, (3, 600)).astype(np.uint8))
    b = c.const(c.random.integers(0, 256, (600, 4)), np.uint8)
    c.output(c.node("MatMulInteger", a, b, c.const(7, np.uint8), c.const(130, np.uint8)))
    scales = [c.const(value, np.float32) for value in (0.01, 0.02, 2.5)]
    zeros = [c.const(value, np.uint8) for value in (7, 130, 128)]
    c.output(c.node("QLinearMatMul", a, scales[0], zeros[0], b, scales[1], zeros[1], scales[2], zeros[2]))
    x = c.input("image", c.random.integers(0, 256, (1, 64, 7, 6)).astype(np.uint8))
    w = c.const(c.random.integers(0, 256, (4, 32, 3, 3)), np.uint8)
    c.output(c.node("ConvInteger", x, w, c.const(3, np.uint8), c.const(120, np.uint8), group=2, pads=[1, 0, 1, 2]))
    each = c.const(np.abs(c.normal(4)) * 0.01 + 0.01)
    bias = c.const(c.random.integers(-9999, 9999, 4), np.int32)
    c.output(c.node("QLinearConv", x, scales[0], zeros[0], w, each, c.const(120, np.uint8), scales[2], zeros[2], bias, group=2, strides=[2, 1]))


@case(17)
def signals(c):
    x = c.input("x", c.normal(2, 16, 1))
    spectrum = c.node("DFT", x, onesided=1)
    c.output(spectrum, c.node("DFT", c.node("DFT", x, c.const(32, np.int64)), inverse=1))
    window = c.node("HannWindow", c.const(8, np.int64))
    c.output(window, c.node("HammingWindow", c.const(9, np.int64), periodic=0), c.node("BlackmanWindow", c.const(7, np.int64)))
    c.output(c.node("STFT", x, c.const(5, np.int64), window, onesided=0))
    edges = [c.const(value, np.float32) for value in (20.0, 4000.0)]
    c.output(c.node("MelWeightMatrix", *(c.const(value, np.int64) for value in (8, 64, 16000)), *edges))


def main():
    target = Path(sys.argv[1])
    for build in CASES:
        c = build()
        model = c.build()
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        results = session.run(c.outputs, c.feeds)
        expected = {name: tensor_json(value) for name, value in zip(c.outputs, results)}
        inputs = {name: tensor_json(value) for name, value in c.feeds.items()}
        (target / f"{c.name}.onnx").write_bytes(model.SerializeToString())
        (target / f"{c.name}.json").write_text(json.dumps({"inputs": inputs, "outputs": expected}) + "\n")
        print(f"{c.name}: {len(model.graph.node)} nodes, {len(results)} outputs")


if __name__ == "__main__":
    main()
