"""The conditions of CRDs in CEL, evaluated without an API server."""

import functools

from cel_expr_python import cel


def is_sorted(values):
    """`isSorted` of Kubernetes' CEL library."""
    values = [value.plain_value() if hasattr(value, "plain_value") else value for value in values]
    return all(first <= second for first, second in zip(values, values[1:]))


SORTED = cel.Overload("list_is_sorted", cel.Type.BOOL, [cel.Type.List(cel.Type.DYN)], True, is_sorted)
ENVIRONMENT = cel.NewEnv(variables={"self": cel.Type.DYN}, functions=[cel.FunctionDecl("isSorted", [SORTED])])


@functools.cache
def compiled(expression):
    """A condition that can be evaluated."""
    return ENVIRONMENT.compile(expression)


def schema_of(definition):
    """The schema of the only version of a CRD."""
    (version,) = definition["spec"]["versions"]
    return version["schema"]["openAPIV3Schema"]


def violated(schema, value, path=""):
    """The fields whose conditions a value violates, such as `spec.enforce.from`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in schema.get("properties", {}):
                yield from violated(schema["properties"][name], inner, f"{path}.{name}" if path else name)
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from violated(schema["items"], inner, f"{path}[{index}]")
    for rule in schema.get("x-kubernetes-validations", []):
        answer = compiled(rule["rule"]).eval(data={"self": value}).plain_value()
        assert isinstance(answer, bool), f"{rule['rule']} of {value}: {answer}"
        if not answer:
            yield path + rule.get("fieldPath", "")


def without_null(value):
    """The value without fields that are null, which an API server removes."""
    if isinstance(value, dict):
        return {name: without_null(inner) for name, inner in value.items() if inner is not None}
    return [without_null(inner) for inner in value] if isinstance(value, list) else value
