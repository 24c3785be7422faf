"""Makes the model of inference/program/tests/minilm.rs: the sentence model's graph with few and random weights.

    make_tiny.py DIRECTORY

Writes graph.onnx, vocabulary.txt, and expected.json with token ids from the `tokenizers` package and embeddings in double
precision from NumPy.
"""

import json
import string
import sys
from pathlib import Path

import numpy as np
from tokenizers import BertWordPieceTokenizer

from check import MAX_TOKENS, reference
from convert import build, vocabulary

WIDTH, INNER = 8, 12
CONFIG = {
    "hidden_size": WIDTH,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "layer_norm_eps": 1e-12,
}
WORDS = "the cat sat on mat dog cafe ##ing ##s ##ed play run ##ner 中 文 é ß Σ ασ".split()
SENTENCES = [
    "The cat sat on the mat.",
    "the dogs played",
    "Running, playing... CAFÉ!",
    "中文 straße \u200b(x)",
    "",
    "the cat " * 200,
]


def tokens():
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [prefix + letter for prefix in ("", "##") for letter in string.ascii_lowercase]
    return list(dict.fromkeys(special + list(string.punctuation) + letters + WORDS))


def weights(vocabulary_size):
    random = np.random.default_rng(1)

    def draw(*shape, scale=0.5):
        return (random.standard_normal(shape) * scale).astype(np.float32)

    drawn = {
        "embeddings.word_embeddings.weight": draw(vocabulary_size, WIDTH),
        "embeddings.position_embeddings.weight": draw(MAX_TOKENS, WIDTH, scale=0.1),
        "embeddings.token_type_embeddings.weight": draw(2, WIDTH),
    }
    shapes = {
        "attention.self.query": (WIDTH, WIDTH),
        "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH),
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (INNER, WIDTH),
        "output.dense": (WIDTH, INNER),
    }
    layers = [f"encoder.layer.{layer}" for layer in range(CONFIG["num_hidden_layers"])]
    for layer in layers:
        for name, (rows, columns) in shapes.items():
            drawn[f"{layer}.{name}.weight"] = draw(rows, columns)
            drawn[f"{layer}.{name}.bias"] = draw(rows)
    for name in ["embeddings", *(f"{layer}.{part}" for layer in layers for part in ("attention.output", "output"))]:
        drawn[f"{name}.LayerNorm.weight"] = 1 + draw(WIDTH, scale=0.1)
        drawn[f"{name}.LayerNorm.bias"] = draw(WIDTH, scale=0.1)
    return drawn


def main():
    directory = Path(sys.argv[1])
    words = tokens()
    drawn = weights(len(words))
    (directory / "graph.onnx").write_bytes(build(drawn, CONFIG).SerializeToString(deterministic=True))
    (directory / "vocabulary.txt").write_bytes(vocabulary(words))
    tokenizer = BertWordPieceTokenizer({word: number for number, word in enumerate(words)}, lowercase=True)
    tokenizer.enable_truncation(MAX_TOKENS)
    expected = []
    for sentence in SENTENCES:
        ids = tokenizer.encode(sentence).ids
        embedding = reference(drawn, CONFIG, ids).tolist()
        expected.append({"sentence": sentence, "tokens": ids, "embedding": embedding})
    (directory / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
