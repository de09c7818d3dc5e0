#!/usr/bin/env python3
"""`helm install` and `helm upgrade` for commands of the documentation, by the real Helm engine.

usage: helm.py install|upgrade NAME CHART [--namespace NAMESPACE] [--create-namespace] [--reuse-values] [--wait] [--set VALUE] [--set-file VALUE]

KUBECONFIG names the cluster. As with Helm itself, an option that is not listed is an error.
"""

import argparse
import os
import sys

import helm_python
from helm_python.config import Config
from helm_python.errors import HelmError


def merge(values, added):
    """Adds values to others, key by key."""
    for key, value in added.items():
        if isinstance(value, dict) and isinstance(values.get(key), dict):
            merge(values[key], value)
        else:
            values[key] = value


def main():
    """Carries out one command, and prints what Helm prints in the first line."""
    parser = argparse.ArgumentParser(prog="helm", allow_abbrev=False)
    parser.add_argument("command", choices=["install", "upgrade"])
    parser.add_argument("name")
    parser.add_argument("chart")
    parser.add_argument("--namespace", default="default")
    parser.add_argument("--create-namespace", action="store_true")
    parser.add_argument("--reuse-values", action="store_true")
    parser.add_argument("--wait", action="store_true")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--set-file", action="append", default=[])
    options = parser.parse_args()
    values = {}
    for read, expressions in ((helm_python.parse_set_string, options.set), (helm_python.parse_set_file, options.set_file)):
        for expression in expressions:
            merge(values, read(expression))
    helm = Config(kubeconfig_path=os.environ["KUBECONFIG"], namespace=options.namespace)
    common = {"namespace": options.namespace, "timeout": 300} | ({"wait": "watcher"} if options.wait else {})
    try:
        if options.command == "install":
            helm.install(options.chart, options.name, values, create_namespace=options.create_namespace, **common)
            print(f"NAME: {options.name}")
        else:
            helm.upgrade(options.chart, options.name, values, reuse_values=options.reuse_values, **common)
            print(f'Release "{options.name}" has been upgraded. Happy Helming!')
    except HelmError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
