#!/usr/bin/env python3
"""Draws the README's pictures from what the program prints: docs/pictures/scan.svg and denial.svg.

usage: pictures.py PROGRAM [--check]

With --check it writes nothing, and fails if a picture is not what the program prints now.
"""
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import textwrap

from terminal import lines_on_terminal

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
COLUMNS = 134
CHARACTER, LINE, MARGIN, BAR = 8.4, 20, 20, 36  # Pixels: the width of a character, the height of a line, the edge, the window's title.

# The colours of a terminal on a dark ground, by the parameter of the escape sequence; each has a contrast of 4.5 or more on it.
COLOURS = {"31": "#ff7b72", "32": "#56d364", "33": "#e3b341", "36": "#76e3ea", "2": "#9198a1", "90": "#9198a1"}
GROUND, TEXT = "#0d1117", "#e6edf3"


def pieces(line):
    """Splits a line at its escape sequences into (text, colour, bold)."""
    colour, bold, result = TEXT, False, []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if not part.startswith("\x1b["):
            if part:
                result.append((part, colour, bold))
            continue
        for parameter in part[2:-1].split(";"):
            if parameter in ("", "0"):
                colour, bold = TEXT, False
            elif parameter == "1":
                bold = True
            elif parameter in COLOURS:
                colour = COLOURS[parameter]
            else:
                sys.exit(f"pictures.py: no colour for the escape sequence {part!r}")
    return result


def drawing(title, description, lines):
    """Draws lines as a terminal's window."""
    width = round(COLUMNS * CHARACTER + 2 * MARGIN)
    height = BAR + LINE * len(lines) + MARGIN
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc">',
        f'<title id="title">{html.escape(title)}</title>',
        f'<desc id="desc">{html.escape(description)}</desc>',
        f'<rect width="{width}" height="{height}" rx="8" fill="{GROUND}" stroke="#30363d"/>',
        *(f'<circle cx="{MARGIN + 18 * place}" cy="18" r="6" fill="{fill}"/>' for place, fill in enumerate(("#ff5f57", "#febc2e", "#28c840"))),
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14">',
    ]
    for number, line in enumerate(lines):
        column = 0
        for text, colour, bold in pieces(line):
            weight = ' font-weight="bold"' if bold else ""
            # Viewers collapse runs of spaces, so each word group has its own place.
            for group in re.finditer(r"\S+(?: \S+)*", text):
                x = MARGIN + (column + group.start()) * CHARACTER
                # The length keeps columns aligned, whatever font the reader has.
                rows.append(
                    f'<text x="{x:.1f}" y="{BAR + LINE * (number + 1) - 5}" textLength="{len(group[0]) * CHARACTER:.1f}" fill="{colour}"'
                    f'{weight}>{html.escape(group[0])}</text>'
                )
            column += len(text)
    return "\n".join([*rows, "</g>", "</svg>", ""])


def scan_picture(program):
    command = ["scan", "--minimum-score", "9", "3-user.yaml"]
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    lines = lines_on_terminal([program, *command], ROOT / "docs" / "tutorial", environment, COLUMNS)
    while lines and not lines[-1]:
        lines.pop()
    prompt = f"\x1b[90m$\x1b[0m \x1b[1mpodscore {' '.join(command)}\x1b[0m"
    return drawing("podscore scan", "A scan of a Pod with 7 of 21 points: the violated rules, their points, lines and fixes.", [prompt, *lines])


def denial_picture(program):
    demo = ROOT / "Tests" / "Demo"
    review = demo / "reviews" / "pod-create-one-good-one-bad-container.json"
    decided = subprocess.run(
        [program, "review", "--format", "json", "--policy", demo / "policy.yaml", review], capture_output=True, text=True, check=False
    )
    message = json.loads(decided.stdout)["response"]["status"]["message"]
    text = f'Error from server (Forbidden): error when creating "mixed.yaml": admission webhook "pods.podscore.dev" denied the request: {message}'
    prompt = "\x1b[90m$\x1b[0m \x1b[1mkubectl apply -f mixed.yaml\x1b[0m"
    return drawing("A denied Pod", text, [prompt, *textwrap.wrap(text, COLUMNS, break_long_words=False, break_on_hyphens=False)])


def main():
    check = "--check" in sys.argv[1:]
    programs = [argument for argument in sys.argv[1:] if argument != "--check"]
    if len(programs) != 1:
        sys.exit(__doc__)
    program = pathlib.Path(programs[0]).resolve()
    outdated = []
    for name, picture in (("scan.svg", scan_picture(program)), ("denial.svg", denial_picture(program))):
        path = FOLDER / name
        if check:
            if not path.exists() or path.read_text() != picture:
                outdated.append(str(path.relative_to(ROOT)))
        else:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(picture)
    if outdated:
        sys.exit(f"outdated: {', '.join(outdated)}; run `make pictures`")
    if check:
        print("pictures: both show what the program prints")


if __name__ == "__main__":
    main()
