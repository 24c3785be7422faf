"""Runs engines on networks in turn, and compares them.

    compare.py [--json] [--rounds N] [--seconds S] [--threads N]... [--network NAME]... NETWORKS GEMM NAME=COMMAND...

NETWORKS is what make.py wrote; GEMM a file with the lines that the example `bench_gemm` prints with --json. The first engine is
the one that the others are compared with. Engines alternate, and the fastest run of each counts: what else the machine
does only ever adds time.
"""

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

# Networks with the least speed asked of this project's engine, as a fraction of ONNX Runtime's.
REQUIRED = {"minilm": 0.8, "resnet50": 0.8, "vgg19": 0.8, "squeezenet": 0.6, "densenet121": 0.6, "shufflenet": 0.6}
REQUIRED_OF_PEAK = {"512 cube": 0.85, "1024 cube": 0.85}
REQUIRED_MEMORY = 1.3
REQUIRED_LOAD_SECONDS = {"minilm": 0.5}
# Other engines round elsewhere; this far off, as a fraction of the largest element, they would have computed something else.
TOLERANCE = 1e-3


def run(command, network, threads, seconds, output):
    result = subprocess.run(
        [*shlex.split(command), network, f"--threads={threads}", f"--seconds={seconds}", f"--output={output}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if result.returncode != 0:
        reason = result.stderr.strip().splitlines()
        return {"failed": reason[-1] if reason else f"exit status {result.returncode}"}
    figures = json.loads(result.stdout)
    figures["output"] = np.fromfile(output, np.float32)
    return figures


def merged(rounds):
    """The best of several rounds of one engine."""
    failed = [figures for figures in rounds if "failed" in figures]
    if failed:
        return failed[0]
    return {
        "load_seconds": min(figures["load_seconds"] for figures in rounds),
        "best_seconds": min(figures["best_seconds"] for figures in rounds),
        "median_seconds": float(np.median([figures["median_seconds"] for figures in rounds])),
        "runs": sum(figures["runs"] for figures in rounds),
        "peak_bytes": min(figures["peak_bytes"] for figures in rounds),
        "output": rounds[0]["output"],
    }


def compared(engines):
    """Adds to each engine how its output and its figures relate to those of the first."""
    ours, *_ = engines.values()
    for figures in engines.values():
        output = figures.pop("output", None)
        if output is None or "failed" in ours:
            continue
        if figures is ours:
            ours_output = output
            continue
        scale = float(np.abs(ours_output).max()) or 1.0
        same_shape = output.shape == ours_output.shape
        figures["difference"] = float(np.abs(output - ours_output).max()) / scale if same_shape else None
        figures["our_speed"] = figures["best_seconds"] / ours["best_seconds"]
        figures["our_memory"] = ours["peak_bytes"] / max(figures["peak_bytes"], 1)


def measure(arguments, engines):
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for network in arguments.network or REQUIRED:
            for threads in arguments.threads or [1, 2]:
                rounds = {name: [] for name in engines}
                for number in range(arguments.rounds):
                    for name, command in engines.items():
                        print(f"  {network}, {threads} threads, round {number + 1}: {name}", file=sys.stderr)
                        directory = arguments.networks / network
                        figures = run(command, directory, threads, arguments.seconds, Path(scratch) / "output")
                        rounds[name].append(figures)
                result = {name: merged(figures) for name, figures in rounds.items()}
                compared(result)
                rows.append({"network": network, "threads": threads, "engines": result})
    return rows


def shortfalls(products, rows):
    """What is less than required, in words."""
    for product in products:
        least = REQUIRED_OF_PEAK.get(product["case"])
        if least and (product["of_peak"] or 0) < least:
            yield f"{product['case']}: {product['of_peak']:.3f} of the peak, required {least}"
    for row in rows:
        where = f"{row['network']}, {row['threads']} threads"
        ours, *others = row["engines"].items()
        name, figures = ours
        if "failed" in figures:
            yield f"{where}: {name} fails: {figures['failed']}"
            continue
        least = REQUIRED_LOAD_SECONDS.get(row["network"], float("inf"))
        if figures["load_seconds"] > least:
            yield f"{where}: loads in {figures['load_seconds']:.2f} s, at most {least} required"
        for name, figures in others:
            if "failed" in figures:
                continue
            least = REQUIRED[row["network"]] if name == "onnxruntime" else 1.0
            if figures["our_speed"] < least:
                yield f"{where}: {figures['our_speed']:.2f} of the speed of {name}, required {least}"
            if name == "onnxruntime" and figures["our_memory"] > REQUIRED_MEMORY:
                yield f"{where}: {figures['our_memory']:.2f} of the memory of {name}, at most {REQUIRED_MEMORY} required"
            if figures["difference"] is None or figures["difference"] > TOLERANCE:
                yield f"{where}: the output is not that of {name}"


def print_tables(products, rows, engines):
    print(f"{'matrix product':36} {'GFLOP/s':>8} {'of peak':>8}")
    for product in products:
        print(f"{product['case']:36} {product['gflops']:8.1f} {(product['of_peak'] or 0):8.1%}")
    others = list(engines)[1:]
    titles = "".join(f" {name:>12} {'ratio':>6}" for name in others)
    print(f"\n{'milliseconds':13} {'thr':>3} {next(iter(engines)):>9}{titles}  {'load ms':>8} {'peak MB':>8} {'of ORT':>6}")
    for row in rows:
        ours, *figures = row["engines"].values()
        if "failed" in ours:
            print(f"{row['network']:13} {row['threads']:3} {ours['failed']}")
            continue
        line = f"{row['network']:13} {row['threads']:3} {1e3 * ours['best_seconds']:9.2f}"
        for other in figures:
            if "failed" in other:
                line += f" {'fails':>12} {'':>6}"
            else:
                line += f" {1e3 * other['best_seconds']:12.2f} {other['our_speed']:6.2f}"
        memory = row["engines"].get("onnxruntime", {}).get("our_memory", float("nan"))
        print(f"{line}  {1e3 * ours['load_seconds']:8.0f} {ours['peak_bytes'] / 1e6:8.0f} {memory:6.2f}")
    print("\nA ratio is our speed divided by that engine's: above 1 ours is faster. Peaks are without the program itself.")
    for row in rows:
        for name, figures in row["engines"].items():
            if "failed" in figures:
                print(f"{name} on {row['network']}, {row['threads']} threads: {figures['failed']}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--threads", type=int, action="append")
    parser.add_argument("--network", action="append", choices=list(REQUIRED))
    parser.add_argument("networks", type=Path)
    parser.add_argument("gemm", type=Path)
    parser.add_argument("engine", nargs="+")
    arguments = parser.parse_args()

    engines = dict(engine.split("=", 1) for engine in arguments.engine)
    products = [json.loads(line) for line in arguments.gemm.read_text().splitlines()]
    rows = measure(arguments, engines)
    missed = list(shortfalls(products, rows))
    if arguments.json:
        print(json.dumps({"products": products, "networks": rows, "shortfalls": missed}))
        return
    print_tables(products, rows, engines)
    print("\nEverything required is reached." if not missed else "\nBelow what is required:")
    for line in missed:
        print(f"  {line}")


main()
