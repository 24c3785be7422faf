"""Compares the package's embeddings with independent ones.

    check.py ASSAY ORIGINAL PACKAGE

ASSAY is the command line. Its embeddings are compared with those of the original weights in NumPy, in double precision
and with the tokeniser of the `tokenizers` package, and with those of ONNX Runtime on the package's graph. Prints the
largest differences of an element, and fails if one is above 1e-5. Then runs two sentences with the kernels of every
instruction set of this machine, and fails if their embeddings have not exactly the bits recorded here, or if their cosine
similarity is not that of the double-precision embeddings.
"""

import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from convert import read_safetensors

TOLERANCE = 1e-5
MAX_TOKENS = 256
# Two sentences, and the hash of their embeddings: the same on every machine.
GOLDEN = ["A man is eating food.", "A man is eating a piece of bread."]
GOLDEN_HASH = "0x1ba71d2786af1c0fde1f4aebbba6de28e0ab6f9f94581b8ed304d87d3a8c0640"
INSTRUCTION_SETS = ["scalar", "sse2", "neon", "avx2", "avx512"]
SENTENCES = [
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "The girl is carrying a baby!",
    "Someone in a gorilla costume is playing a set of drums...",
    "Don't e-mail me at 10:30; call +1 (555) 010-9999 instead.",
    "ÀÉÎÕÜ naïve café, İstanbul, ΑΣ, Straße, ﬁancé, e\u0301e\u0301",
    "日本語のテキスト and 中文字符 mixed。한국어도 있다",
    "Emoji 🙂👩‍👩‍👧 and symbols € ™ ½ ∑ “quotes” — dashes",
    "zero\u200bwidth, no\u00a0break, tab\there, bell\u0007",
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis " + "x" * 101,
    "हिन्दी में एक वाक्य, และภาษาไทย, עִבְרִית, العَرَبِيَّة",
    "",
    "word " * 300,
    "One sentence that is a good deal longer than the others, so that everything else in the batch is padded: " * 4,
]


def token_ids(original):
    tokenizer = Tokenizer.from_file(str(original / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return [tokenizer.encode(sentence).ids for sentence in SENTENCES]


def reference(weights, config, ids):
    """One sentence in double precision, written from the paper and not from the graph."""
    get = lambda name: weights[name].astype(np.float64)
    erf = np.vectorize(math.erf)
    heads = config["num_attention_heads"]

    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + config["layer_norm_eps"])
        return x * get(f"{name}.LayerNorm.weight") + get(f"{name}.LayerNorm.bias")

    def dense(x, name):
        return x @ get(f"{name}.weight").T + get(f"{name}.bias")

    def per_head(x):
        return x.reshape(len(ids), heads, -1).swapaxes(0, 1)

    x = get("embeddings.word_embeddings.weight")[ids]
    x = x + get("embeddings.position_embeddings.weight")[: len(ids)]
    x = norm(x + get("embeddings.token_type_embeddings.weight")[0], "embeddings")
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}"
        query, key, value = (per_head(dense(x, f"{name}.attention.self.{part}")) for part in ("query", "key", "value"))
        scores = query @ key.swapaxes(1, 2) / math.sqrt(query.shape[-1])
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        mixed = (scores @ value).swapaxes(0, 1).reshape(len(ids), -1)
        x = norm(dense(mixed, f"{name}.attention.output.dense") + x, f"{name}.attention.output")
        inner = dense(x, f"{name}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(dense(inner, f"{name}.output.dense") + x, f"{name}.output")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def onnx_runtime(package, ids):
    session = onnxruntime.InferenceSession(str(package / "graph.onnx"), providers=["CPUExecutionProvider"])
    longest = max(map(len, ids))
    padded = np.array([row + [0] * (longest - len(row)) for row in ids], np.int64)
    mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in ids], np.int64)
    (embeddings,) = session.run(None, {"input_ids": padded, "attention_mask": mask})
    return embeddings


def run(program, package, sentences, *options, **environment):
    """`assay run` on sentences: its exit status, and the object it prints."""
    arguments = [f"--input=text={sentence}" for sentence in sentences]
    command = [program, "--json", "run", str(package), *options, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if not result.stdout:
        sys.exit(f"{program} run printed nothing: {result.stderr}")
    return result.returncode, json.loads(result.stdout.splitlines()[-1])


def assay(program, package, sentences):
    # The package's own limit is for requests of a few sentences; this is many, all padded to the longest.
    status, answer = run(program, package, sentences, "--compute-limit", "1000000000")
    if status != 0:
        sys.exit(f"{program} run failed: {answer}")
    (output,) = answer["output"]
    return np.array(output["data"], np.float32).reshape(output["shape"])


def check_golden(program, package, cosine):
    """The exact bits of the golden sentences, by every instruction set that this machine has."""
    checked = []
    for instructions in INSTRUCTION_SETS:
        started = time.monotonic()
        status, answer = run(program, package, GOLDEN, ASSAY_ISA=instructions)
        if status != 0 and "not available on this machine" in answer["error"]["message"]:
            continue
        if status != 0:
            sys.exit(f"{program} run failed with {instructions}: {answer}")
        if answer["output_hash"] != GOLDEN_HASH:
            sys.exit(f"{instructions} gives other bits: {answer['output_hash']} instead of {GOLDEN_HASH}")
        (similarity,) = answer["similarities"]
        if abs(similarity["cosine"] - cosine) > TOLERANCE:
            sys.exit(f"the cosine similarity is {similarity['cosine']} with {instructions}; it should be {cosine}")
        checked.append(f"{instructions} ({time.monotonic() - started:.1f} s)")
    print(f"the same bits, {GOLDEN_HASH}, and the cosine similarity {cosine:.3f} by {', '.join(checked)}")
    if not checked:
        sys.exit("no instruction set could be checked")


def main():
    program, original, package = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    config = json.loads((original / "config.json").read_text())
    weights = read_safetensors(original / "model.safetensors")
    ids = token_ids(original)
    ours = assay(program, package, SENTENCES)
    worst = 0.0
    double = np.array([reference(weights, config, row) for row in ids])
    others = {
        "NumPy, double precision": double,
        "ONNX Runtime": onnx_runtime(package, ids),
    }
    for name, embeddings in others.items():
        difference = np.abs(ours - embeddings).max()
        print(f"largest difference from {name}: {difference:.1e} in {embeddings.size} elements")
        worst = max(worst, difference)
    alone = np.concatenate([assay(program, package, [sentence]) for sentence in SENTENCES])
    same = np.array_equal(alone.view(np.uint32), ours.view(np.uint32))
    print(f"each sentence alone gives {'the same bits' if same else 'OTHER BITS'}")
    if worst > TOLERANCE or not same:
        sys.exit(f"the embeddings disagree; at most {TOLERANCE} is allowed")
    first, second = (double[SENTENCES.index(sentence)] for sentence in GOLDEN)
    check_golden(program, package, float(first @ second))


if __name__ == "__main__":
    main()
