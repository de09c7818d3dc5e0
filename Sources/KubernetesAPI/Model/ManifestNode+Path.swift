extension ManifestNode {
    /// One step from a node to a node inside it.
    package enum PathStep: Sendable, Equatable {
        case key(String)
        case index(Int)
    }

    /// Finds the position of a field, or of the innermost thing around it that exists.
    ///
    /// A key stands for its value: the position of a member is that of its key, on the line that a person looks for.
    package func position(at path: [PathStep]) -> Position {
        var node = self
        var position = self.position
        for step in path {
            switch step {
            case .key(let name):
                guard let member = node.member(named: name) else { return position }
                (node, position) = (member.value, member.keyPosition)
            case .index(let index):
                guard let element = node[index] else { return position }
                (node, position) = (element, element.position)
            }
        }
        return position
    }

    /// Finds the position of a field by its path as messages write it, such as `spec.containers[1].securityContext`.
    ///
    /// Keys with dots or brackets cannot be written so; use ``position(at:)`` with steps for them.
    package func position(ofPath path: String) -> Position {
        position(at: Self.steps(of: path))
    }

    /// Finds the path of the first node that begins at a position, such as `spec.containers[1].image`; empty at the top, `nil` where there is
    /// none.
    ///
    /// Walks the tree: for messages alone.
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

    /// Takes a path apart; what is no number in brackets is taken as a key.
    static func steps(of path: String) -> [PathStep] {
        var steps: [PathStep] = []
        for part in path.utf8.split(whereSeparator: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") }) {
            let text = Substring(part)
            if text.utf8.last == UInt8(ascii: "]"), let index = Int(text.dropLast()) {
                steps.append(.index(index))
            } else {
                steps.append(.key(String(text)))
            }
        }
        return steps
    }

    /// Returns the member with a key; keys compare as bytes.
    private func member(named key: String) -> Member? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.key.utf8.elementsEqual(key.utf8) }
    }
}
