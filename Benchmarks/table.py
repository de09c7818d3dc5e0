"""Prints rows during the measurement, and keeps them for docs/performance.md."""

import re


class Table:
    """Sections of aligned columns."""

    def __init__(self):
        self.lines = []

    def say(self, line=""):
        """Prints a line unchanged."""
        print(line, flush=True)
        self.lines.append(line)

    def section(self, title, *columns):
        """Begins a section with the names of its columns."""
        self.say()
        self.say(title)
        if columns:
            self.row("", *columns)

    def row(self, name, *cells):
        """Prints a row: a name, then cells of twelve characters."""
        self.say(f"  {name:<42}" + "".join(f"{cell:>12}" for cell in map(shown, cells)))

    def write(self, path):
        """Writes the table between the markers of a page."""
        replace(path, "make bench", self.lines)


def replace(path, name, lines):
    """Writes lines between the markers of a page that have this name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    block = f"{begin}\n```text\n" + "\n".join(lines).strip("\n") + f"\n```\n{end}"
    new, count = re.subn(f"{begin}.*{end}", lambda _: block, path.read_text(), flags=re.DOTALL)
    assert count == 1, f"{path} lacks the markers of the table"
    path.write_text(new)


def shown(value):
    """A number with three significant digits and separated thousands."""
    if value is None:
        return "missing"
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
