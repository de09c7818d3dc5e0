"""Lints and renders the charts with the Helm engine and checks every rendered object.

Run through `make chart`, which prepares the Python environment; with words as arguments, only the tests whose names contain one of them.
The tests are the functions of the `check_…` modules whose names begin with "test_"; a test's docstring is what must be so.
"""

import sys
import traceback

import check_certificates
import check_controller
import check_crds
import check_floor
import check_halves
import check_lifecycle
import check_monitoring
import check_objects
import check_policies
import check_policy_hook
import check_program
import check_registration
import check_values

MODULES = [
    check_objects,
    check_registration,
    check_halves,
    check_certificates,
    check_policies,
    check_policy_hook,
    check_floor,
    check_values,
    check_lifecycle,
    check_controller,
    check_program,
    check_monitoring,
    check_crds,
]


def main(words):
    tests = [(name, test) for module in MODULES for name, test in vars(module).items() if name.startswith("test_")]
    tests = [(name, test) for name, test in tests if not words or any(word in name for word in words)]
    failed = 0
    for name, test in tests:
        try:
            test()
        except Exception:  # one failed test must not hide the others
            failed += 1
            print(f"chart: not so: {test.__doc__} ({name})")
            print("".join(f"    {line}\n" for line in traceback.format_exc(limit=-2).splitlines()), end="")
    print(f"chart: {len(tests) - failed} passed, {failed} failed")
    return 0 if tests and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
