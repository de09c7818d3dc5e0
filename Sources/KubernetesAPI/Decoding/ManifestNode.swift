/// One value of a YAML or JSON document, with its position.
///
/// Scalars are already resolved the way Kubernetes reads them (YAML 1.1 booleans, octal and hexadecimal integers), anchors are expanded,
/// and keys are strings. Key order is the document's.
package struct ManifestNode: Sendable {
    /// The resolved content of a node.
    package enum Value: Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        /// A number that is not a 64-bit integer, as JSON text.
        case number(String)
        case string(String)
        case array([ManifestNode])
        case object([Member])
    }

    /// One key of an object with its value.
    package struct Member: Sendable {
        /// The key as a string.
        package let key: String
        /// The position of the key.
        package let keyPosition: Position
        /// The value of the key.
        package let value: ManifestNode

        /// The value of the key.
        package init(key: String, keyPosition: Position, value: ManifestNode) {
            self.key = key
            self.keyPosition = keyPosition
            self.value = value
        }
    }

    /// The content of the node.
    package let value: Value
    /// The position of its first character.
    package let position: Position

    /// The content of the node.
    package init(_ value: Value, at position: Position) {
        self.value = value
        self.position = position
    }
}

extension ManifestNode {
    /// Returns the value of a key; `nil` if this is not an object or has no such key.
    ///
    /// Linear in the number of keys; keys compare as bytes.
    package subscript(key: String) -> ManifestNode? {
        guard case .object(let members) = value else { return nil }
        for index in members.indices where members[index].key.hasSameBytes(as: key) { return members[index].value }
        return nil
    }

    /// Returns an element; `nil` if this is not an array or has no such element.
    package subscript(index: Int) -> ManifestNode? {
        guard case .array(let elements) = value, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}

extension ManifestNode {
    /// Finds the position of a field by its path, such as `spec.containers[1].securityContext`; a field that does not exist has the
    /// position of the innermost value around it.
    ///
    /// The position of a member is that of its key, because a person looks for the key's line. A path can't contain keys with dots or
    /// brackets.
    package func position(ofPath path: String) -> Position {
        positionBelow(path.utf8.span) ?? position
    }

    /// The position of the innermost value below this node on a path; `nil` if the path's first step does not exist.
    private func positionBelow(_ path: Span<UInt8>) -> Position? {
        var start = 0
        while start < path.count, Self.separates(path[start]) { start &+= 1 }
        guard start < path.count else { return nil }
        var end = start
        while end < path.count, !Self.separates(path[end]) { end &+= 1 }
        let (step, rest) = (path.extracting(start..<end), path.extracting(end...))
        switch value {
        case .object(let members):
            // A span lends its elements: reports ask for the positions of all findings.
            let members = members.span
            for index in members.indices where members[index].key.utf8.count == step.count && members[index].key.hasSameBytes(as: step) {
                return members[index].value.positionBelow(rest) ?? members[index].keyPosition
            }
            return nil
        case .array(let elements):
            guard let index = Self.index(in: step), elements.indices.contains(index) else { return nil }
            return elements[index].positionBelow(rest) ?? elements[index].position
        case .null, .bool, .integer, .number, .string:
            return nil
        }
    }

    /// Tells whether a byte stands between two steps of a path.
    private static func separates(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[")
    }

    /// Finds the path of the first node that begins at a position, such as `spec.containers[1].image`; empty for this node, `nil` if no
    /// node begins there.
    ///
    /// Walks the whole tree, so use it for messages only.
    package func path(ofNodeAt wanted: Position) -> String? {
        var steps: [String] = []
        return find(wanted, &steps) ? steps.joined() : nil
    }

    private func find(_ wanted: Position, _ steps: inout [String]) -> Bool {
        if position == wanted { return true }
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                steps.append("[\(index)]")
                if element.find(wanted, &steps) { return true }
                steps.removeLast()
            }
        case .object(let members):
            for member in members {
                steps.append(steps.isEmpty ? member.key : "." + member.key)
                if member.value.find(wanted, &steps) { return true }
                steps.removeLast()
            }
        case .null, .bool, .integer, .number, .string:
            break
        }
        return false
    }

    /// Reads digits and a closing bracket.
    private static func index(in step: Span<UInt8>) -> Int? {
        guard 2...18 ~= step.count, step[step.count - 1] == UInt8(ascii: "]") else { return nil }
        var value = 0
        for index in 0..<step.count - 1 {
            let digit = step[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
