import KubernetesAPI

/// How the members of a flow mapping are written, learned from the members that it has.
struct FlowStyle {
    /// Whether keys and texts stand between double quotes, as in JSON.
    var isQuoted = false
    /// The text between a key and its value.
    var colon = ": "
    /// The text between two members on one line.
    var comma = ", "
    /// How members on lines of their own are indented; `nil` on one line.
    var lines: Lines?

    /// The indentation of members on lines of their own.
    struct Lines {
        /// The text before a member.
        var indent: String
        /// The part that one more level adds.
        var step: String
        /// The line break.
        var lineBreak: String
    }

    /// A scalar in this style.
    func text(of scalar: FieldEdit.Scalar) -> String {
        guard isQuoted, case .string(let text) = scalar else { return scalar.plainText }
        return "\"\(text)\""
    }
}

extension TextEditor {
    /// Removes members of a flow mapping and adds others behind the last one that stays.
    mutating func finishFlow(_ node: TextNode, _ members: [TextNode.Member], _ changes: MemberChanges) throws(EditRefusal) {
        let style = flowStyle(of: node, members)
        let items = changes.added.map { flowText(of: $0.key, $0.tree, in: style) }
        let removed = Set(changes.removed)
        guard removed.count < members.count else {
            guard !changes.removed.isEmpty || !items.isEmpty else { return }
            guard node.anchor == nil, !node.isTagged else { throw EditRefusal(.anchor, at: node.position) }
            return replace(node.range, by: braces(around: items, in: style))
        }
        let ranges = members.map { $0.keyRange.lowerBound..<max($0.keyRange.upperBound, $0.value.range.upperBound) }
        removeFlow(removed.sorted(), ranges: ranges)
        guard !items.isEmpty else { return }
        let rest = ranges.indices.filter { !removed.contains($0) }
        insertFlow(items, behind: rest.map { ranges[$0] }, of: node, atEnd: rest.last == ranges.count - 1)
    }

    /// Removes items of a flow collection, each with one comma; at least one item stays.
    mutating func removeFlow(_ removed: [Int], ranges: [Range<Int>]) {
        for run in Self.runs(removed) {
            if run.lowerBound > 0 {
                replace(ranges[run.lowerBound - 1].upperBound..<ranges[run.upperBound].upperBound, by: "")
            } else if run.upperBound + 1 < ranges.count {
                replace(ranges[run.lowerBound].lowerBound..<ranges[run.upperBound + 1].lowerBound, by: "")
            }
        }
    }

    /// Inserts items behind the last of some items, each on its own line if the last one begins its line.
    ///
    /// `atEnd` means that no other item, which is removed, follows.
    mutating func insertFlow(_ items: [String], behind ranges: [Range<Int>], of node: TextNode, atEnd: Bool = true) {
        guard let last = ranges.last else { return }
        let lineStart = startOfLine(at: last.lowerBound)
        guard beginsLine(last.lowerBound), lineStart > node.range.lowerBound else {
            let comma = isCompact(ranges) ? "," : ", "
            return replace(last.upperBound..<last.upperBound, by: items.map { comma + $0 }.joined())
        }
        let indent = String(decoding: bytes[lineStart..<last.lowerBound], as: UTF8.self)
        let lineBreak = lineBreak(before: last.lowerBound)
        let text = items.map { lineBreak + indent + $0 }.joined(separator: ",")
        guard atEnd else { return replace(last.upperBound..<last.upperBound, by: "," + text) }
        var index = skipBlanks(from: last.upperBound)
        let hasComma = index < bytes.count && bytes[index] == UInt8(ascii: ",")
        if hasComma { index = skipBlanks(from: index + 1) }
        // A comment behind the last item stays beside it.
        let endsLine = index >= bytes.count || breakLength(at: index) > 0 || bytes[index] == UInt8(ascii: "#")
        let end = endsLine ? endOfLine(from: index) : hasComma ? index : last.upperBound
        if !hasComma { replace(last.upperBound..<last.upperBound, by: ",") }
        replace(end..<end, by: hasComma ? text + "," : text)
    }

    /// Whether the items of a collection follow their commas without a blank; `false` for a single item.
    private func isCompact(_ ranges: [Range<Int>]) -> Bool {
        guard ranges.count > 1 else {
            guard let only = ranges.first else { return false }
            return hasCompactColon(in: only)
        }
        return ranges[ranges.count - 2].upperBound + 1 == ranges[ranges.count - 1].lowerBound
    }

    /// Whether a member of JSON has no blank behind its colon.
    private func hasCompactColon(in range: Range<Int>) -> Bool {
        guard bytes[range.lowerBound] == UInt8(ascii: "\"") else { return false }
        var index = range.lowerBound + 1
        while index < range.upperBound, bytes[index] != UInt8(ascii: "\"") { index += 1 }
        return index + 2 < range.upperBound && bytes[index + 1] == UInt8(ascii: ":") && !Self.isBlank(bytes[index + 2])
    }

    private func skipBlanks(from offset: Int) -> Int {
        TextLines.endOfBlanks(from: offset, in: bytes)
    }

    /// The style of the members of a flow mapping; for one without members, that of the text around it.
    func flowStyle(of node: TextNode, _ members: [TextNode.Member]) -> FlowStyle {
        var style = FlowStyle()
        style.isQuoted = isJSON(around: node, members)
        if style.isQuoted, isCompactJSON(around: node) { (style.colon, style.comma) = (":", ",") }
        guard style.isQuoted else { return style }
        // JSON with members on lines of their own; flow mappings of YAML get theirs on one line.
        let inner = members.last { beginsLine($0.keyRange.lowerBound) }.map { $0.keyRange.lowerBound }
        let line = startOfLine(at: node.range.lowerBound)
        let outer = indentation(ofLineAt: line)
        if let inner {
            let indent = indentation(ofLineAt: startOfLine(at: inner))
            let step = indent.hasPrefix(outer) ? String(indent.dropFirst(outer.count)) : "  "
            style.lines = FlowStyle.Lines(indent: indent, step: step.isEmpty ? "  " : step, lineBreak: lineBreak(before: inner))
        } else if members.isEmpty, line > 0, !bytes[line..<node.range.lowerBound].contains(where: Self.isFlowIndicator) {
            let step = jsonStep()
            style.lines = FlowStyle.Lines(indent: outer + step, step: step, lineBreak: lineBreak(before: line))
        }
        return style
    }

    /// Whether a byte shows that a line holds more than one key.
    private static func isFlowIndicator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: ",")
    }

    /// The indentation of the first line that has any, which in JSON is one level.
    private func jsonStep() -> String {
        firstIndentation.isEmpty ? "  " : String(decoding: bytes[firstIndentation], as: UTF8.self)
    }

    private func indentation(ofLineAt start: Int) -> String {
        String(decoding: bytes[start..<skipBlanks(from: start)], as: UTF8.self)
    }

    /// Whether the keys of a mapping, or else the key before it, have double quotes.
    func isJSON(around node: TextNode, _ members: [TextNode.Member]) -> Bool {
        if let last = members.last { return bytes[last.keyRange.lowerBound] == UInt8(ascii: "\"") }
        var end = node.range.lowerBound
        while end > 0, Self.isBlank(bytes[end - 1]) || bytes[end - 1] == UInt8(ascii: ":") { end -= 1 }
        return end > 0 && bytes[end - 1] == UInt8(ascii: "\"")
    }

    /// Whether a text of JSON has no blank behind the colon before a mapping, or behind the first one inside of it.
    private func isCompactJSON(around node: TextNode) -> Bool {
        let colon = bytes[node.range].firstIndex(of: UInt8(ascii: ":"))
        if let colon, colon + 1 < bytes.count { return !Self.isBlank(bytes[colon + 1]) }
        return node.range.lowerBound > 0 && bytes[node.range.lowerBound - 1] == UInt8(ascii: ":")
    }

    /// A new member of a flow mapping.
    func flowText(of key: String, _ tree: EditTree, in style: FlowStyle) -> String {
        (style.isQuoted ? "\"\(key)\"" : key) + style.colon + flowText(of: tree, in: style)
    }

    /// A new value in flow style.
    func flowText(of tree: EditTree, in style: FlowStyle) -> String {
        var inner = style
        inner.lines?.indent += style.lines?.step ?? ""
        switch tree.operation {
        case .set(let scalar): return style.text(of: scalar)
        case .append(let text): return enclosed([style.text(of: .string(text))], "[", "]", in: inner, outer: style)
        case .remove: return "{}"
        case nil:
            let items = tree.children.compactMap { child -> String? in
                guard case .key(let key) = child.step else { return nil }
                return flowText(of: key, child.tree, in: inner)
            }
            return enclosed(items, "{", "}", in: inner, outer: style)
        }
    }

    /// The members of a mapping that had none, between braces.
    private func braces(around items: [String], in style: FlowStyle) -> String {
        var outer = style
        outer.lines?.indent.removeLast(min(style.lines?.step.count ?? 0, style.lines?.indent.count ?? 0))
        return enclosed(items, "{", "}", in: style, outer: outer)
    }

    /// Items between brackets: on one line, or each on its own.
    private func enclosed(_ items: [String], _ opening: String, _ closing: String, in inner: FlowStyle, outer: FlowStyle) -> String {
        guard !items.isEmpty, let lines = inner.lines, let end = outer.lines else {
            return opening + items.joined(separator: inner.comma) + closing
        }
        let text = items.map { lines.lineBreak + lines.indent + $0 }.joined(separator: ",")
        return opening + text + end.lineBreak + end.indent + closing
    }
}
