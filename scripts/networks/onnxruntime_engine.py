"""Times how ONNX Runtime loads and runs one network: the loop of inference/bench/harness, with the same options and output.

    onnxruntime_engine.py NETWORK [--threads N] [--seconds S] [--output FILE]
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np
import onnxruntime

WARM_UP = 2
MIN_RUNS = 3


def memory(field):
    """Bytes that Linux counts for this process under this name."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise SystemExit(f"/proc/self/status has no {field}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()

    inputs = {}
    for entry in json.loads((arguments.network / "inputs.json").read_text()):
        dtype = {"float": np.float32, "int64": np.int64}[entry["type"]]
        inputs[entry["name"]] = np.fromfile(arguments.network / entry["file"], dtype).reshape(entry["shape"])

    before = memory("VmRSS:")
    start = time.perf_counter()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        arguments.network / "model.onnx", options, providers=["CPUExecutionProvider"]
    )
    load_seconds = time.perf_counter() - start

    for _ in range(WARM_UP):
        outputs = session.run(None, inputs)
    seconds = []
    begun = time.perf_counter()
    while len(seconds) < MIN_RUNS or time.perf_counter() - begun < arguments.seconds:
        start = time.perf_counter()
        outputs = session.run(None, inputs)
        seconds.append(time.perf_counter() - start)
    if arguments.output:
        outputs[0].astype(np.float32).tofile(arguments.output)
    figures = {
        "load_seconds": load_seconds,
        "best_seconds": min(seconds),
        "median_seconds": statistics.median_high(seconds),
        "runs": len(seconds),
        "peak_bytes": memory("VmHWM:") - before,
    }
    print(json.dumps(figures))


main()
