import KubernetesAPI

/// Writes the difference between a text and its edited form as `diff -u` does.
package enum UnifiedDiff {
    /// The number of unchanged lines around a change.
    private static let contextCount = 3

    /// Some lines of the original and the lines that replace them.
    private struct Change {
        var old: Range<Int>
        var new: Range<Int>
    }

    /// The difference with a head that names the file; empty if nothing changed.
    package static func text(of text: EditedText, named name: String) -> [UInt8] {
        guard text.isChanged else { return [] }
        let (old, new) = (Lines(text.original), Lines(text.bytes))
        let changes = changes(of: text, old, new)
        let shown = quoted(name)
        var diff = Array("--- \(shown)\n+++ \(shown)\n".utf8)
        var rest = changes[...]
        while let first = rest.first {
            var hunk = [first]
            rest = rest.dropFirst()
            while let next = rest.first, let last = hunk.last, next.old.lowerBound - last.old.upperBound <= 2 * contextCount {
                hunk.append(next)
                rest = rest.dropFirst()
            }
            append(hunk, old, new, to: &diff)
        }
        return diff
    }

    /// The name in quotation marks with the escapes of C, as git and patch have it, if it has a hidden character or a command for a runner;
    /// with a tab behind it if it has a space, at which patch would end it.
    ///
    /// Source: <https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath>
    private static func quoted(_ name: String) -> String {
        guard !VisibleText.of(name).hasSameBytes(as: name) else { return name.contains(" ") ? name + "\t" : name }
        var quoted = "\""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar == "#" || VisibleText.isHidden(scalar): quoted += UTF8.encode(scalar).map(octal) ?? ""
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// The bytes of a character in three octal digits each, such as `\033`.
    private static func octal(_ bytes: Unicode.UTF8.EncodedScalar) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
        .joined()
    }

    /// The changed lines, from the bytes that are no longer those of the original.
    private static func changes(of text: EditedText, _ old: Lines, _ new: Lines) -> [Change] {
        var changes: [Change] = []
        var (oldOffset, newOffset) = (0, 0)
        var start: (old: Int, new: Int)? = nil
        for segment in text.segments {
            guard case .kept(let range) = segment else {
                start = start ?? (oldOffset, newOffset)
                newOffset += segment.count
                continue
            }
            if range.lowerBound > oldOffset || start != nil {
                let from = start ?? (oldOffset, newOffset)
                note(from.old..<range.lowerBound, from.new..<newOffset, old, new, in: &changes)
                start = nil
            }
            (oldOffset, newOffset) = (range.upperBound, newOffset + range.count)
        }
        if oldOffset < text.original.count || start != nil {
            let from = start ?? (oldOffset, newOffset)
            note(from.old..<text.original.count, from.new..<newOffset, old, new, in: &changes)
        }
        return changes.map { trimmed($0, old, new) }.filter { !$0.old.isEmpty || !$0.new.isEmpty }
    }

    /// Adds the lines of replaced bytes, joined with the last change if they share a line.
    private static func note(_ oldBytes: Range<Int>, _ newBytes: Range<Int>, _ old: Lines, _ new: Lines, in changes: inout [Change]) {
        // Both ends are in the same kept bytes. A line that only one of the texts begins there is a changed line.
        let endsWithLine = old.beginsLine(at: oldBytes.upperBound) && new.beginsLine(at: newBytes.upperBound)
        let change = Change(old: old.range(of: oldBytes, endsWithLine), new: new.range(of: newBytes, endsWithLine))
        guard let last = changes.last, change.old.lowerBound < last.old.upperBound || change.new.lowerBound < last.new.upperBound else {
            changes.append(change)
            return
        }
        changes[changes.count - 1] = Change(
            old: last.old.lowerBound..<max(last.old.upperBound, change.old.upperBound),
            new: last.new.lowerBound..<max(last.new.upperBound, change.new.upperBound)
        )
    }

    /// The change without equal lines at its beginning and its end.
    private static func trimmed(_ change: Change, _ old: Lines, _ new: Lines) -> Change {
        var (first, second) = (change.old, change.new)
        while let line = first.first, let other = second.first, old[line] == new[other] {
            (first, second) = (first.dropFirst(), second.dropFirst())
        }
        while let line = first.last, let other = second.last, old[line] == new[other] {
            (first, second) = (first.dropLast(), second.dropLast())
        }
        return Change(old: first, new: second)
    }

    private static func append(_ hunk: [Change], _ old: Lines, _ new: Lines, to diff: inout [UInt8]) {
        guard let first = hunk.first, let last = hunk.last else { return }
        let before = min(contextCount, first.old.lowerBound)
        let after = min(contextCount, old.count - last.old.upperBound)
        let oldRange = first.old.lowerBound - before..<last.old.upperBound + after
        let newRange = first.new.lowerBound - before..<last.new.upperBound + after
        diff += Array("@@ -\(place(of: oldRange)) +\(place(of: newRange)) @@\n".utf8)
        var line = oldRange.lowerBound
        for change in hunk {
            for index in line..<change.old.lowerBound { append(" ", old[index], to: &diff) }
            for index in change.old { append("-", old[index], to: &diff) }
            for index in change.new { append("+", new[index], to: &diff) }
            line = change.old.upperBound
        }
        for index in line..<oldRange.upperBound { append(" ", old[index], to: &diff) }
    }

    /// The first line and the number of lines, as a hunk's head has them.
    private static func place(of lines: Range<Int>) -> String {
        let start = lines.isEmpty ? lines.lowerBound : lines.lowerBound + 1
        return lines.count == 1 ? "\(start)" : "\(start),\(lines.count)"
    }

    private static func append(_ sign: Unicode.Scalar, _ line: ArraySlice<UInt8>, to diff: inout [UInt8]) {
        diff.append(UInt8(ascii: sign))
        diff += line
        if line.last != 0x0A { diff += Array("\n\\ No newline at end of file\n".utf8) }
    }
}

/// The lines of a text, each with its line feed, without which the last one can be.
private struct Lines {
    private let bytes: [UInt8]
    private let starts: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = bytes.isEmpty ? [] : [0]
        for index in bytes.indices where bytes[index] == 0x0A && index + 1 < bytes.count { starts.append(index + 1) }
        self.starts = starts
    }

    var count: Int { starts.count }

    subscript(line: Int) -> ArraySlice<UInt8> {
        bytes[starts[line]..<(line + 1 < starts.count ? starts[line + 1] : bytes.count)]
    }

    /// Whether a line begins at an offset.
    func beginsLine(at offset: Int) -> Bool {
        offset == 0 || bytes[offset - 1] == 0x0A
    }

    /// The lines from the one with the first byte to the one with the end, or to the one before it if the range ends with a line.
    func range(of range: Range<Int>, _ endsWithLine: Bool) -> Range<Int> {
        let first = line(at: range.lowerBound)
        return first..<max(first, min(starts.count, line(at: range.upperBound) + (endsWithLine ? 0 : 1)))
    }

    /// The line with an offset, by binary search; behind the last line for the end of a text with a line feed at its end.
    private func line(at offset: Int) -> Int {
        if offset == bytes.count, beginsLine(at: offset) { return starts.count }
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }
}
