"""Texts of any size that were once, or could be, expensive to scan.

usage: hostile.py NAME SIZE  (writes a text of nearly that size in bytes)
"""

import json
import sys

_POD_HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"


def _filled(unit, size, head="", tail=""):
    """A head, as many units as fit, and a tail."""
    head, unit, tail = head.encode(), unit.encode(), tail.encode()
    return head + unit * ((size - len(head) - len(tail)) // len(unit)) + tail


def _numbered(line, size, head="", tail=""):
    """A head, a line of numbers, and a tail."""
    parts, length, number = [head], len(head) + len(tail), 0
    while length < size - len(line) - 8:
        parts.append(line % number)
        length += len(parts[-1])
        number += 1
    return ("".join(parts).removesuffix(",") + tail).encode()


def _pod_json(field, element, size):
    """A Pod in JSON with an array of equal elements in a field of its spec."""
    head = json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}})[:-1] + ', "spec": {"%s": [' % field
    return _numbered(element + ",", size, head=head, tail="]}}")


_BOMB = "a0: &a0 [1,2,3,4,5,6,7,8,9]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))

# The line breaks of libyaml except LF.
_BREAKS = {"CR": "\r", "CRLF": "\r\n", "U+0085": "\u0085", "U+2028": "\u2028", "U+2029": "\u2029"}

# Name to a function from a size in bytes to a text of nearly that size.
TEXTS = {
    "tiny documents": lambda size: _filled("---\na\n", size),
    **{
        f"tiny documents with {name}": lambda size, line_break=line_break: _filled(f"---{line_break}a{line_break}", size)
        for name, line_break in _BREAKS.items()
    },
    **{
        f"documents in braces with {name}": lambda size, line_break=line_break: _filled(f"{{a: 1}}{line_break}---{line_break}", size)
        for name, line_break in _BREAKS.items()
    },
    "broken documents with U+0085": lambda size: _filled("---\u0085[\u0085", size),
    "tiny documents in UTF-16": lambda size: b"\xff\xfe" + "---\na\n".encode("utf-16-le") * (size // 12 - 1),
    "tiny documents in UTF-16 behind many keys": lambda size: _numbered("k%d:\n", size // 4).decode().encode("utf-16")
    + "---\na\n".encode("utf-16-le") * (size // 24),
    "documents with content behind the marker": lambda size: _filled("--- a\n", size),
    "documents with ends": lambda size: _filled("a\n...\n", size),
    "one line of what begins as line breaks do": lambda size: _filled("\u00a0\u2014", size, head="# "),
    "lines that end with U+0085": lambda size: _filled("- a\u0085", size),
    "small Pods": lambda size: _filled("---\napiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n", size),
    "small Pods with U+0085": lambda size: _filled("---\u0085apiVersion: v1\u0085kind: Pod\u0085spec:\u0085  containers:\u0085  - name: a\u0085", size),
    "documents with scalars that end with a colon": lambda size: _filled("[" + "a, " * 80_000 + "a:, " * 64 + "]\n---\n", size),
    "documents with escaped quotes": lambda size: _filled("[" + "a, " * 20_000 + '"\\\'", ' * 64 + "]\n---\n", size),
    "documents that merge": lambda size: _filled("a: &a {%s}\nb:\n" % ",".join(f"k{key}: 1" for key in range(100)) + "- {<<: *a}\n" * 40 + "---\n", size),
    "documents of another kind": lambda size: _filled("---\nkind: A\n", size),
    "broken documents": lambda size: _filled("---\n[\n", size),
    "bare markers": lambda size: _filled("---\n", size),
    "ends of documents": lambda size: _filled("...\n", size),
    "markers and ends": lambda size: _filled("---\n...\n", size),
    "markers with comments": lambda size: _filled("--- #\n", size),
    "directives": lambda size: _filled("%YAML 1.1\n---\n", size),
    "directives alone": lambda size: _filled("%YAML 1.1\n", size),
    "tag directives": lambda size: _numbered("%%TAG !a%d! b\n", size, tail="---\na\n"),
    "comments": lambda size: _filled("# a\n", size),
    "comments in a Pod": lambda size: _filled("# a\n", size, head=_POD_HEAD, tail="  - name: a\n"),
    "blank lines": lambda size: _filled("\n", size),
    "spaces": lambda size: _filled(" ", size),
    "tabs": lambda size: _filled("\t", size),
    "zeros": lambda size: b"\0" * size,
    "bytes that are no UTF-8": lambda size: b"\xff" * size,
    "UTF-16": lambda size: b"\xff\xfe" + b"a\0" * (size // 2 - 1),
    "dashes in a line": lambda size: _filled("- ", size),
    "dashes in lines": lambda size: _filled("- \n", size),
    "question marks": lambda size: _filled("? ", size),
    "question marks in lines": lambda size: _filled("? \n", size),
    "colons": lambda size: _filled(": ", size),
    "colons in lines": lambda size: _filled(":\n", size),
    "open brackets": lambda size: _filled("[", size),
    "open braces": lambda size: _filled("{", size),
    "open brackets and commas": lambda size: _filled("[,", size),
    "objects that nest": lambda size: _filled("{a: ", size),
    "flow sequence of commas": lambda size: _filled(",", size, head="[", tail="]"),
    "flow sequence of numbers": lambda size: _filled("1,", size, head="[", tail="]"),
    "flow sequence of objects": lambda size: _filled("{},", size, head="[", tail="]"),
    "flow sequence of sequences": lambda size: _filled("[],", size, head="[", tail="]"),
    "flow sequence of pairs": lambda size: _filled("a: ,", size, head="[", tail="]"),
    "objects in a line": lambda size: _filled("{}", size),
    "objects in lines": lambda size: _filled("{}\n", size),
    "distinct keys": lambda size: _numbered("k%d:\n", size),
    "distinct keys of a Pod": lambda size: _numbered("k%d: 1\n", size, head="apiVersion: v1\nkind: Pod\n"),
    "equal keys": lambda size: _filled("k:\n", size),
    "distinct keys in braces": lambda size: _numbered("k%d,", size, head="{", tail="}"),
    "keys that begin and end alike": lambda size: _numbered("aaaaaaaa%07dbbbb:\n", size),
    "labels": lambda size: _numbered("    k%d: v\n", size, head="apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n"),
    "annotations": lambda size: _numbered(
        "    container.apparmor.security.beta.kubernetes.io/%d: v\n", size, head="apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n"
    ),
    "one plain scalar": lambda size: _filled("a", size),
    "one plain scalar of many lines": lambda size: _filled("a\n", size),
    "one quoted scalar": lambda size: _filled("a", size, head='"', tail='"'),
    "one quoted scalar of escapes": lambda size: _filled("\\x41", size, head='"', tail='"'),
    "one quoted scalar without an end": lambda size: _filled("a ", size, head='"'),
    "one block scalar": lambda size: _filled("  a\n", size, head="a: |\n"),
    "one block scalar of blank lines": lambda size: _filled("\n", size, head="a: |\n", tail="  a\n"),
    "one name": lambda size: _filled("a", size, head="kind: Pod\napiVersion: v1\nmetadata: {name: ", tail="}"),
    "one kind": lambda size: _filled("a", size, head="apiVersion: v1\nkind: "),
    "one key": lambda size: _filled("a", size, tail=": b"),
    "one number": lambda size: _filled("1", size),
    "one anchor": lambda size: _filled("a", size, head="&"),
    "one tag": lambda size: _filled("a", size, head="!"),
    "anchors": lambda size: _numbered("- &a%d b\n", size),
    "aliases": lambda size: _filled("- *a\n", size, head="- &a b\n"),
    "aliases of lists": lambda size: _filled("- *a\n", size, head="- &a [" + "1," * 1000 + "]\n"),
    "an alias bomb": lambda size: _filled("# a\n", size, head=_BOMB),
    "alias bombs": lambda size: _filled("---\n" + _BOMB, size),
    "merges": lambda size: _filled("<<: *a\n", size, head="a: &a {b: c, d: e}\n"),
    "merges of lists": lambda size: _filled("*a,", size, head="a: &a {b: c, d: e}\n<<: [", tail="]"),
    "containers": lambda size: _filled("  - name: a\n", size, head=_POD_HEAD),
    "containers without anything": lambda size: _filled("{},", size, head="kind: Pod\napiVersion: v1\nspec: {containers: [", tail="]}"),
    "containers below the limit": lambda size: _filled(" ", size, head=_POD_HEAD.replace("containers:\n", "containers: [" + "{}," * 16_000) + "]\n"),
    "Pods with containers below the limit": lambda size: _filled("---\n" + _POD_HEAD + "  - {}\n" * 10_000, size),
    "capabilities": lambda size: _filled(
        "SYS_ADMIN,", size, head=_POD_HEAD + "  - {name: a, securityContext: {capabilities: {add: [", tail="]}}}\n"
    ),
    "list of Pods": lambda size: _filled("- {kind: Pod, apiVersion: v1}\n", size, head="kind: List\napiVersion: v1\nitems:\n"),
    "typed list of nothing": lambda size: _filled("- {}\n", size, head="kind: PodList\napiVersion: v1\nitems:\n"),
    "lists that nest": lambda size: _filled("{kind: List, items: [", size),
    "lists of lists": lambda size: _filled("- {kind: List, items: [{}]}\n", size, head="kind: List\napiVersion: v1\nitems:\n"),
    "JSON documents": lambda size: _filled("{}\n", size),
    "JSON Pods": lambda size: _filled('{"apiVersion":"v1","kind":"Pod"}\n', size),
    "JSON documents in a line": lambda size: _filled('{"a":1}', size),
    "JSON documents that are broken": lambda size: _filled('{"a"\n', size),
    "JSON objects that nest": lambda size: _filled('{"a":', size),
    "JSON arrays that nest": lambda size: _filled("[", size, head='{"a":'),
    "JSON array of numbers": lambda size: _filled("1,", size, head='{"a":[', tail="1]}"),
    "JSON array of objects": lambda size: _filled("{},", size, head='{"a":[', tail="{}]}"),
    "JSON array without an end": lambda size: _filled("{},", size, head="["),
    "JSON object of distinct keys": lambda size: _numbered('"k%d":1,', size, head="{", tail="}"),
    "JSON object of equal keys": lambda size: _filled('"k":1,', size, head="{", tail='"k":1}'),
    "JSON string": lambda size: _filled("a", size, head='{"a":"', tail='"}'),
    "JSON string of escapes": lambda size: _filled("\\u0041", size, head='{"a":"', tail='"}'),
    "JSON string without an end": lambda size: _filled("a", size, head='{"a":"'),
    "JSON containers": lambda size: _pod_json("containers", '{"name":"%d"}', size),
    "JSON volumes": lambda size: _pod_json("volumes", '{"name":"%d"}', size),
    "JSON list of Pods": lambda size: _numbered(
        '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"%d"}},', size, head='{"kind":"List","apiVersion":"v1","items":[', tail="]}"
    ),
}


if __name__ == "__main__":
    sys.stdout.buffer.write(TEXTS[sys.argv[1]](int(sys.argv[2])))
