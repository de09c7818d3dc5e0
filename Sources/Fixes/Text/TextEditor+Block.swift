import KubernetesAPI

extension TextEditor {
    /// Removes members of a block mapping and adds others below the last one that stays.
    mutating func finishBlock(_ node: TextNode, _ members: [TextNode.Member], _ changes: MemberChanges) throws(EditRefusal) {
        guard let first = members.first else { throw EditRefusal(.form, at: node.position) }
        let indent = column(of: first.keyRange.lowerBound)
        let lines = changes.added.flatMap { blockLines(of: $0.key, $0.tree, indent: indent, step: step) }
        let removed = Set(changes.removed)
        guard removed.count < members.count else { return replaceAll(members, by: lines, indent: indent) }
        for run in Self.runs(removed.sorted()) { removeMembers(run, of: members) }
        guard !lines.isEmpty, let last = members.indices.last(where: { !removed.contains($0) }) else { return }
        insert(lines, below: members[last].value)
    }

    /// Inserts lines below a value, whose comment stays beside it.
    private mutating func insert(_ lines: [String], below value: TextNode) {
        let end = endOfLastLine(of: value)
        let lineBreak = lineBreak(near: end)
        replace(end..<end, by: lines.map { lineBreak + $0 }.joined())
    }

    /// The end of the last line with a part of a value, before its line break.
    func endOfLastLine(of value: TextNode) -> Int {
        var end = value.range.upperBound
        // A block scalar ends with its line breaks, and with it every collection in which it is last.
        let keepsBreaks = value.keepsBreaksAtEnd
        while end > value.range.lowerBound, breakLength(endingAt: end) > 0 {
            end -= breakLength(endingAt: end)
            if keepsBreaks { return end }
        }
        return endOfLine(from: end)
    }

    /// The offset before the blanks and line breaks that end at an offset.
    private func endOfContent(before offset: Int) -> Int {
        var end = offset
        while end > 0 {
            let length = Self.isBlank(bytes[end - 1]) ? 1 : breakLength(endingAt: end)
            guard length > 0 else { break }
            end -= length
        }
        return end
    }

    /// Removes some members that follow each other, with their lines where the lines hold nothing else.
    private mutating func removeMembers(_ run: ClosedRange<Int>, of members: [TextNode.Member]) {
        let start = members[run.lowerBound].keyRange.lowerBound
        let end = endOfLastLine(of: members[run.upperBound].value)
        if beginsLine(start) { return removeLines(from: start, to: end) }
        // The first key stands behind the dash of a list.
        guard run.upperBound + 1 < members.count else { return replace(start..<end, by: "{}") }
        let next = members[run.upperBound + 1].keyRange.lowerBound
        let isAdjacent = endOfContent(before: next) <= end
        replace(isAdjacent ? start..<next : endOfText(before: start)..<end, by: "")
    }

    /// Removes whole lines, from the break before the first one; the first lines of a text go with the break behind them.
    private mutating func removeLines(from start: Int, to end: Int) {
        let first = startOfLine(at: start)
        guard first > 0 else {
            return replace(0..<end + breakLength(at: end), by: "")
        }
        replace(first - breakLength(endingAt: first)..<end, by: "")
    }

    /// Replaces all members of a mapping: by lines, or by an empty mapping.
    private mutating func replaceAll(_ members: [TextNode.Member], by lines: [String], indent: Int) {
        guard let first = members.first, let last = members.last else { return }
        let start = first.keyRange.lowerBound
        let end = endOfLastLine(of: last.value)
        guard !lines.isEmpty else {
            // The empty mapping goes behind its key if no comment stands between.
            let before = endOfContent(before: start)
            let follows = before > 0 && bytes[before - 1] == UInt8(ascii: ":")
            return replace((follows ? before : start)..<end, by: follows ? " {}" : "{}")
        }
        let text = lines.joined(separator: lineBreak(near: start))
        replace(start..<end, by: String(text.dropFirst(indent)))
    }

    /// Removes elements of a sequence, or refuses to remove all of them.
    mutating func remove(_ removed: [Int], from elements: [TextNode], of node: TextNode, isFlow: Bool) throws(EditRefusal) {
        guard !removed.isEmpty else { return }
        guard removed.count < elements.count else { throw EditRefusal(.form, at: node.position) }
        if isFlow { return removeFlow(removed, ranges: elements.map(\.range)) }
        for index in removed {
            let dash = try dash(before: elements[index])
            guard beginsLine(dash) else { throw EditRefusal(.form, at: elements[index].position) }
            removeLines(from: dash, to: endOfLastLine(of: elements[index]))
        }
    }

    /// Adds a text to a sequence.
    mutating func append(_ text: String, to node: TextNode, _ elements: [TextNode], isFlow: Bool) throws(EditRefusal) {
        guard let last = elements.last else {
            let quote = isJSON(around: node, []) ? "\"" : ""
            return replace(node.range, by: "[\(quote)\(text)\(quote)]")
        }
        let quote =
            switch last.form {
            case .scalar(.doubleQuoted): "\""
            case .scalar(.singleQuoted): "'"
            default: ""
            }
        if isFlow { return insertFlow([quote + text + quote], behind: elements.map(\.range), of: node) }
        let indent = column(of: try dash(before: last))
        insert([String(repeating: " ", count: indent) + "- " + quote + text + quote], below: last)
    }

    /// The offset of the dash before an element on the same line.
    private func dash(before element: TextNode) throws(EditRefusal) -> Int {
        let end = endOfText(before: element.range.lowerBound)
        guard end > 0, end < element.range.lowerBound, bytes[end - 1] == UInt8(ascii: "-") else {
            throw EditRefusal(.form, at: element.position)
        }
        return end - 1
    }

    /// The lines of a new member.
    func blockLines(of key: String, _ tree: EditTree, indent: Int, step: Int) -> [String] {
        let spaces = String(repeating: " ", count: indent)
        guard tree.operation == nil else { return ["\(spaces)\(key): \(flowText(of: tree, in: FlowStyle()))"] }
        return ["\(spaces)\(key):"]
            + tree.children.flatMap { child -> [String] in
                guard case .key(let key) = child.step else { return [] }
                return blockLines(of: key, child.tree, indent: indent + step, step: step)
            }
    }

    /// The ranges of indices that follow each other.
    static func runs(_ indices: [Int]) -> [ClosedRange<Int>] {
        indices.reduce(into: []) { runs, index in
            if let last = runs.last, last.upperBound + 1 == index {
                runs[runs.count - 1] = last.lowerBound...index
            } else {
                runs.append(index...index)
            }
        }
    }
}

extension TextNode {
    /// Whether the last line breaks of the value belong to it, as behind `|+`.
    fileprivate var keepsBreaksAtEnd: Bool {
        switch form {
        case .scalar(.block(let keepsBreaks)): keepsBreaks
        case .mapping(let members, isFlow: false): members.last?.value.keepsBreaksAtEnd ?? false
        case .sequence(let elements, isFlow: false): elements.last?.keepsBreaksAtEnd ?? false
        default: false
        }
    }
}
