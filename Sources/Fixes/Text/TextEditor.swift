package import KubernetesAPI

/// Turns the edits of an object into replacements in its text.
///
/// New keys follow the last one of their mapping, with its indentation, quotes and line breaks. Nothing else changes. What it throws is a
/// surprise: ``TextDocument/refusal(of:in:)`` finds the known obstacles before.
package struct TextEditor {
    /// The whole text.
    let bytes: [UInt8]
    private let lines: TextLines
    /// The replacements so far; of two insertions at one place, the one into the inner mapping is first.
    private(set) var replacements: [TextReplacement] = []
    /// The spaces of one more level in block style, learned on the way to the field.
    private(set) var step = 2

    /// An editor of a text.
    package init(_ lines: TextLines) {
        bytes = lines.bytes
        self.lines = lines
    }

    /// Returns the replacements for the edits of an object.
    package static func replacements(
        for edits: EditTree,
        of object: TextNode,
        in text: TextLines
    ) throws(EditRefusal) -> [TextReplacement] {
        var editor = TextEditor(text)
        try editor.edit(object, by: edits)
        return editor.replacements
    }

    /// Notes a replacement.
    mutating func replace(_ range: Range<Int>, by text: String) {
        replacements.append(TextReplacement(range, Array(text.utf8)))
    }

    /// Edits parts of a mapping or a sequence.
    mutating func edit(_ node: TextNode, by tree: EditTree) throws(EditRefusal) {
        switch node.form {
        case .mapping(let members, let isFlow):
            let stepBefore = step
            if !isFlow { learnStep(from: members) }
            defer { step = stepBefore }
            var changes = MemberChanges()
            for child in tree.children { try edit(child, among: members, of: node, isFlow: isFlow, noting: &changes) }
            if isFlow {
                try finishFlow(node, members, changes)
            } else {
                try finishBlock(node, members, changes)
            }
        case .sequence(let elements, let isFlow):
            var removed: [Int] = []
            for child in tree.children {
                guard case .index(let index) = child.step, elements.indices.contains(index) else {
                    throw EditRefusal(.form, at: node.position)
                }
                if child.tree.operation == .remove {
                    removed.append(index)
                } else {
                    try edit(elements[index], replacedBy: child.tree)
                }
            }
            try remove(removed.sorted(), from: elements, of: node, isFlow: isFlow)
        case .scalar, .alias:
            throw EditRefusal(.form, at: node.position)
        }
    }

    /// The members that a mapping loses and gets.
    struct MemberChanges {
        /// The indices of the removed ones.
        var removed: [Int] = []
        /// The new ones, in order.
        var added: [(key: String, tree: EditTree)] = []
    }

    /// Edits the value of one member, or notes that the mapping loses or gets it.
    private mutating func edit(
        _ child: EditTree.Child,
        among members: [TextNode.Member],
        of node: TextNode,
        isFlow: Bool,
        noting changes: inout MemberChanges
    ) throws(EditRefusal) {
        guard case .key(let key) = child.step else { throw EditRefusal(.form, at: node.position) }
        let index = members.firstIndex { $0.key.hasSameBytes(as: key) }
        switch (index, child.tree.operation) {
        case (let index?, .remove): changes.removed.append(index)
        case (nil, .remove): break
        case (nil, _): changes.added.append((key, child.tree))
        case (let index?, _):
            let member = members[index]
            if !isFlow, child.tree.operation == nil, isEmpty(member.value) {
                try expand(member, by: child.tree)
            } else if isFlow || !isNull(member.value) {
                try edit(member.value, replacedBy: child.tree, like: isFlow ? flowStyle(of: node, members) : nil)
            } else {
                replaceScalar(member.value, by: flowText(of: child.tree, in: FlowStyle()))
            }
        }
    }

    /// Gives a value another content.
    private mutating func edit(_ value: TextNode, replacedBy tree: EditTree, like style: FlowStyle? = nil) throws(EditRefusal) {
        switch (tree.operation, value.form) {
        case (.set(let scalar), .scalar(let written)):
            try replace(value, written, by: scalar, like: style)
        case (.append(let text), .sequence(let elements, let isFlow)):
            try edit(value, by: tree.ofParts)
            try append(text, to: value, elements, isFlow: isFlow)
        case (nil, .mapping), (nil, .sequence):
            try edit(value, by: tree)
        case (_, .scalar) where isNull(value):
            replaceScalar(value, by: flowText(of: tree, in: style ?? FlowStyle()))
        default:
            throw EditRefusal(.form, at: value.position)
        }
    }

    /// Replaces a scalar and keeps its quotes.
    private mutating func replace(
        _ value: TextNode,
        _ written: TextNode.ScalarStyle,
        by scalar: FieldEdit.Scalar,
        like style: FlowStyle?
    ) throws(EditRefusal) {
        switch (written, scalar) {
        case (.block, _): throw EditRefusal(.form, at: value.position)
        case (.singleQuoted, .string(let text)): replace(value.range, by: "'\(text)'")
        case (.doubleQuoted, .string(let text)): replace(value.range, by: "\"\(text)\"")
        default:
            replaceScalar(value, by: style?.text(of: scalar) ?? scalar.plainText)
        }
    }

    /// Replaces a scalar; one that is left out stands behind the colon before it.
    private mutating func replaceScalar(_ value: TextNode, by text: String) {
        guard value.range.isEmpty else { return replace(value.range, by: text) }
        replace(endOfText(before: value.range.lowerBound)..<value.range.upperBound, by: " " + text)
    }

    /// Gives a member with an empty value, in block style, keys on the lines below it.
    private mutating func expand(_ member: TextNode.Member, by tree: EditTree) throws(EditRefusal) {
        let value = member.value
        guard value.anchor == nil, !value.isTagged else { throw EditRefusal(.anchor, at: value.position) }
        let lineBreak = lineBreak(near: value.range.upperBound)
        if !value.range.isEmpty, beginsLine(value.range.lowerBound) {
            // The empty value stands on its own line, as many charts have it.
            let indent = column(of: value.range.lowerBound)
            let text = try blockLines(of: tree, indent: indent, at: value).joined(separator: lineBreak)
            return replace(value.range, by: String(text.dropFirst(indent)))
        }
        let colon = endOfText(before: value.range.lowerBound)
        guard colon > member.keyRange.upperBound - 1, bytes[colon - 1] == UInt8(ascii: ":") else {
            throw EditRefusal(.form, at: value.position)
        }
        if colon < value.range.upperBound { replace(colon..<value.range.upperBound, by: "") }
        let end = endOfLine(from: value.range.upperBound)
        let lines = try blockLines(of: tree, indent: column(of: member.keyRange.lowerBound) + step, at: value)
        replace(end..<end, by: lines.map { lineBreak + $0 }.joined())
    }

    /// The lines of the new members of an empty value.
    private func blockLines(of tree: EditTree, indent: Int, at value: TextNode) throws(EditRefusal) -> [String] {
        var lines: [String] = []
        for child in tree.children {
            guard case .key(let key) = child.step else { throw EditRefusal(.form, at: value.position) }
            lines += blockLines(of: key, child.tree, indent: indent, step: step)
        }
        return lines
    }

    /// Learns the indentation of one more level from the first value that is a mapping on its own lines.
    private mutating func learnStep(from members: [TextNode.Member]) {
        for member in members {
            guard case .mapping(let inner, isFlow: false) = member.value.form, let first = inner.first else { continue }
            let difference = column(of: first.keyRange.lowerBound) - column(of: member.keyRange.lowerBound)
            if difference > 0 { return step = difference }
        }
    }
}

extension TextEditor {
    /// Whether a scalar is null, written or left out.
    func isNull(_ value: TextNode) -> Bool {
        guard case .scalar(.plain) = value.form else { return false }
        return value.range.isEmpty || ["~", "null", "Null", "NULL"].contains { bytes[value.range].elementsEqual($0.utf8) }
    }

    /// Whether a value is null or `{}`.
    func isEmpty(_ value: TextNode) -> Bool {
        if case .mapping(let members, isFlow: true) = value.form { return members.isEmpty }
        return isNull(value)
    }

    /// The number of characters before an offset on its line.
    func column(of offset: Int) -> Int {
        let line = bytes[startOfLine(at: offset)..<offset]
        // The column of a byte order mark does not count.
        return line.count { $0 & 0xC0 != 0x80 } - (line.starts(with: [0xEF, 0xBB, 0xBF]) ? 1 : 0)
    }

    /// The offset of the first byte of a line.
    func startOfLine(at offset: Int) -> Int { lines.start(at: offset) }

    /// The offset behind the last byte of a line, before its line break.
    func endOfLine(from offset: Int) -> Int { lines.end(from: offset) }

    /// The blanks of the first line that begins with any; empty if no line does.
    var firstIndentation: Range<Int> { lines.firstIndentation }

    /// The offset behind the last byte before an offset that is not a blank.
    func endOfText(before offset: Int) -> Int {
        var end = offset
        while end > 0, Self.isBlank(bytes[end - 1]) { end -= 1 }
        return end
    }

    /// Whether only blanks stand before an offset on its line.
    func beginsLine(_ offset: Int) -> Bool {
        let end = endOfText(before: offset)
        return end == 0 || breakLength(endingAt: end) > 0
    }

    /// The line break that follows an offset, or else the first one of the text.
    func lineBreak(near offset: Int) -> String {
        let end = endOfLine(from: min(offset, bytes.count))
        let start = end < bytes.count ? end : endOfLine(from: 0)
        let length = breakLength(at: start)
        return length > 0 ? String(decoding: bytes[start..<start + length], as: UTF8.self) : "\n"
    }

    /// The line break before the line with an offset, or else the one behind it.
    ///
    /// Strings of JSON can contain U+2028, but never just before the blanks at the beginning of a member.
    func lineBreak(before offset: Int) -> String {
        let start = startOfLine(at: offset)
        let length = breakLength(endingAt: start)
        return length > 0 ? String(decoding: bytes[start - length..<start], as: UTF8.self) : lineBreak(near: offset)
    }

    /// The length of the line break at an offset, in bytes; 0 if there is none.
    func breakLength(at offset: Int) -> Int { LineBreak.length(at: offset, in: bytes.span) }

    /// The length of the line break that ends before an offset, in bytes; 0 if there is none.
    func breakLength(endingAt end: Int) -> Int { LineBreak.length(endingAt: end, in: bytes.span) }

    /// Whether a byte is a space or a tab.
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension FieldEdit.Scalar {
    /// The text in YAML without quotes.
    var plainText: String {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .string(let text): text
        }
    }
}
