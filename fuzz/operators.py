#!/usr/bin/env python3
"""Writes src/operators.txt: what ONNX declares of each operator that Assay has. Needs the package onnx, of the version that
scripts/conformance names.

    fuzz/operators.py >fuzz/src/operators.txt
"""

import pathlib
import re

import onnx
from onnx.defs import OpSchema, get_all_schemas

REGISTRY = pathlib.Path(__file__).parent.parent / "inference/graph/src/operators/registry.rs"
OPTION = {
    OpSchema.FormalParameterOption.Single: "",
    OpSchema.FormalParameterOption.Optional: "?",
    OpSchema.FormalParameterOption.Variadic: "*",
}
# Strings and complex numbers are no element types of Assay's.
NUMBERS = {
    name.lower(): number
    for name, number in onnx.TensorProto.DataType.items()
    if name not in ("UNDEFINED", "STRING", "COMPLEX64", "COMPLEX128")
}


def types(names):
    tensors = (re.fullmatch(r"tensor\((\w+)\)", name) for name in names)
    return ",".join(str(NUMBERS[t[1]]) for t in tensors if t and t[1] in NUMBERS)


def line(schema):
    variables = {c.type_param_str: types(c.allowed_type_strs) for c in schema.type_constraints}
    inputs = []
    for parameter in schema.inputs:
        variable = parameter.type_str
        if variable not in variables:
            # A type, not a variable: one that has only this value.
            number = types([variable])
            variable = "is" + number
            variables[variable] = number
        inputs.append(f"{parameter.name}:{variable}{OPTION[parameter.option]}")
    used = {parameter.split(":")[1].rstrip("?*") for parameter in inputs}
    fields = [
        f"{schema.domain or 'ai.onnx'} {schema.name} {schema.since_version}",
        " ".join(inputs),
        " ".join(f"{name}={numbers}" for name, numbers in variables.items() if name in used),
        str(len(schema.outputs)),
        " ".join(f"{a.name}:{a.type.name}" for a in sorted(schema.attributes.values(), key=lambda a: a.name)),
    ]
    return " | ".join(fields)


supported = set(re.findall(r'entry\("(\w+)"', REGISTRY.read_text()))
for schema in sorted(get_all_schemas(), key=lambda schema: schema.name):
    if schema.name in supported:
        print(line(schema))
