package import KubernetesAPI

/// The edits of one object by their paths, so that edits below the same field are made together.
package struct EditTree: Sendable {
    /// The edits below one step.
    package struct Child: Sendable {
        /// The step.
        package let step: FieldEdit.Step
        /// The edits below it.
        package var tree: EditTree
    }

    /// The edit of the value itself; `nil` if only parts of it are edited.
    package private(set) var operation: FieldEdit.Operation?
    /// The edits of parts, in the order in which they were added.
    package private(set) var children: [Child] = []

    /// The edits in some order; of two edits of the same field, the first is kept.
    package init(_ edits: [FieldEdit] = []) {
        for edit in edits { add(edit.operation, at: edit.path[...]) }
    }

    /// The same edits without the one of the value itself.
    var ofParts: EditTree {
        var parts = self
        parts.operation = nil
        return parts
    }

    private mutating func add(_ operation: FieldEdit.Operation, at path: ArraySlice<FieldEdit.Step>) {
        guard let step = path.first else {
            if self.operation == nil, children.isEmpty { self.operation = operation }
            return
        }
        if let own = self.operation, own == .remove { return }
        if let index = children.firstIndex(where: { $0.step == step }) {
            children[index].tree.add(operation, at: path.dropFirst())
        } else {
            var tree = EditTree()
            tree.add(operation, at: path.dropFirst())
            children.append(Child(step: step, tree: tree))
        }
    }

    /// Returns the same edits, with an array removed as a whole where each of its elements would be removed.
    package func removingEmptiedArrays(of node: ManifestNode?) -> EditTree {
        var tree = self
        for index in tree.children.indices {
            let part = node?.value(at: [tree.children[index].step])
            tree.children[index].tree = tree.children[index].tree.removingEmptiedArrays(of: part)
        }
        guard operation == nil, case .array(let elements) = node?.value, !elements.isEmpty else { return tree }
        let removed = tree.children.count { $0.tree.operation == .remove }
        guard removed == elements.count else { return tree }
        tree.children = []
        tree.operation = .remove
        return tree
    }
}

extension EditTree {
    /// Returns the object with the edits made; positions stay those of the text before.
    package func applied(to node: ManifestNode) -> ManifestNode {
        ManifestNode(value(from: node) ?? .null, at: node.position)
    }

    /// The value after the edits; `nil` if it is removed.
    private func value(from node: ManifestNode?) -> ManifestNode.Value? {
        switch operation {
        case .remove: return nil
        case .set(let scalar): return scalar.value
        case .append(let text):
            let position = node?.position ?? Position(line: 1, column: 1)
            let old = node?.value ?? .null
            guard case .array(let elements) = partValue(from: old) else { return .array([ManifestNode(.string(text), at: position)]) }
            return .array(elements + [ManifestNode(.string(text), at: position)])
        case nil: return partValue(from: node?.value ?? .null)
        }
    }

    /// The value with edited parts; null becomes an object.
    private func partValue(from old: ManifestNode.Value) -> ManifestNode.Value {
        guard !children.isEmpty else { return old }
        switch old {
        case .array(let elements):
            return .array(
                elements.enumerated().compactMap { index, element -> ManifestNode? in
                    guard let child = children.first(where: { $0.step == .index(index) }) else { return element }
                    return child.tree.value(from: element).map { ManifestNode($0, at: element.position) }
                }
            )
        case .object(let members): return .object(Self.members(members, editedBy: children))
        case .null: return .object(Self.members([], editedBy: children))
        case .bool, .integer, .number, .string: return old
        }
    }

    private static func members(_ members: [ManifestNode.Member], editedBy children: [Child]) -> [ManifestNode.Member] {
        var edited: [ManifestNode.Member] = []
        for member in members {
            guard let child = children.first(where: { $0.step == .key(member.key) }) else {
                edited.append(member)
                continue
            }
            guard let value = child.tree.value(from: member.value) else { continue }
            let node = ManifestNode(value, at: member.value.position)
            edited.append(ManifestNode.Member(key: member.key, keyPosition: member.keyPosition, value: node))
        }
        for child in children {
            guard case .key(let key) = child.step, !members.contains(where: { $0.key.hasSameBytes(as: key) }) else { continue }
            let start = Position(line: 1, column: 1)
            guard let value = child.tree.value(from: nil) else { continue }
            edited.append(ManifestNode.Member(key: key, keyPosition: start, value: ManifestNode(value, at: start)))
        }
        return edited
    }
}

extension FieldEdit.Scalar {
    /// The value in a tree.
    package var value: ManifestNode.Value {
        switch self {
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .string(let text): .string(text)
        }
    }
}

extension ManifestNode {
    /// Tells whether two trees have the same values under the same keys in the same order, wherever they stand.
    package func hasSameContent(as other: ManifestNode) -> Bool {
        switch (value, other.value) {
        case (.null, .null): true
        case (.bool(let first), .bool(let second)): first == second
        case (.integer(let first), .integer(let second)): first == second
        case (.number(let first), .number(let second)): first.hasSameBytes(as: second)
        case (.string(let first), .string(let second)): first.hasSameBytes(as: second)
        case (.array(let first), .array(let second)):
            first.count == second.count && zip(first, second).allSatisfy { $0.hasSameContent(as: $1) }
        case (.object(let first), .object(let second)):
            first.count == second.count
                && zip(first, second).allSatisfy { $0.key.hasSameBytes(as: $1.key) && $0.value.hasSameContent(as: $1.value) }
        default: false
        }
    }
}
