"""Strict field validation as in the API server of Kubernetes 1.36: every field exists and has its type, and no required field is missing.

The fields come from the published models of that release; custom kinds have no model and are checked by name where they are tested.
"""

import dataclasses
import importlib
import sys
import types
import typing

# The models are plain data classes. The parts that they inherit from their client library are not needed here.
stand_in = types.ModuleType("lightkube.core.dataclasses_dict")
stand_in.DataclassDictMixIn, stand_in.get_args, stand_in.get_origin = object, typing.get_args, typing.get_origin
core = types.ModuleType("lightkube.core")
core.dataclasses_dict = stand_in
sys.modules |= {"lightkube.core": core, "lightkube.core.dataclasses_dict": stand_in}

CUSTOM_GROUPS = {"cert-manager.io", "monitoring.coreos.com"}
SCALARS = {str: (str,), bool: (bool,), int: (int,), float: (int, float)}


def problems(manifest):
    """The fields that the API server would reject, one line each. No line for a custom kind."""
    group, _, version = manifest["apiVersion"].rpartition("/")
    if group in CUSTOM_GROUPS:
        return []
    module = importlib.import_module(f"lightkube.models.{group.split('.')[0] or 'core'}_{version}")
    return list(compared(manifest, getattr(module, manifest["kind"]), manifest["kind"]))


def compared(value, kind, path):
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Union:
        alternatives = [list(compared(value, argument, path)) for argument in arguments if argument is not type(None)]
        yield from min(alternatives, key=len)
    elif origin is list:
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for index, element in enumerate(value):
            yield from compared(element, arguments[0], f"{path}[{index}]")
    elif origin is dict or kind is dict:
        if not isinstance(value, dict):
            yield f"{path} is no map"
            return
        for key, element in value.items():
            yield from compared(element, arguments[1], f"{path}[{key}]") if arguments else ()
    elif dataclasses.is_dataclass(kind):
        yield from compared_fields(value, kind, path)
    elif kind in SCALARS:
        # A quantity, an IntOrString and a time have dedicated models or are texts.
        if type(value) not in SCALARS[kind]:
            yield f"{path} is {value!r}, not a {kind.__name__}"
    elif isinstance(value, (dict, list)) or value is None:
        yield f"{path} is {value!r}"


def compared_fields(value, kind, path):
    if not isinstance(value, dict):
        yield f"{path} is no object"
        return
    module = sys.modules[kind.__module__]
    hints = typing.get_type_hints(kind, vars(module))
    fields = {field.metadata.get("json", field.name): field for field in dataclasses.fields(kind)}
    for name, element in value.items():
        if name not in fields:
            yield f"{path} has no field {name}"
            continue
        yield from compared(element, hints[fields[name].name], f"{path}.{name}")
    for name, field in fields.items():
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING and name not in value:
            yield f"{path} lacks {name}"
