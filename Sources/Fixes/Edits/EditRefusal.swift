package import KubernetesAPI

/// Why a field cannot be edited without the risk of changing something else.
package struct EditRefusal: Error, Sendable, Equatable {
    /// The obstacle on the way to the field.
    package enum Obstacle: Sendable, Equatable {
        /// The value stands elsewhere, under an anchor.
        case alias
        /// An alias repeats the value, so an edit would change both.
        case sharedAnchor
        /// The value has an anchor, which would be lost.
        case anchor
        case tag
        /// The mapping merges another one.
        case mergeKey
        /// The value is of another type, or its text could not be found.
        case form
    }

    /// The obstacle.
    package let obstacle: Obstacle
    /// Where it is; `nil` if the text of the object could not be found.
    package let position: Position?

    /// An obstacle at a place.
    package init(_ obstacle: Obstacle, at position: Position?) {
        self.obstacle = obstacle
        self.position = position
    }

    /// The reason as a clause, with the line.
    package var reason: String {
        let what =
            switch obstacle {
            case .alias: "the value is an alias"
            case .sharedAnchor: "an alias repeats the value"
            case .anchor: "the value has an anchor"
            case .tag: "the value has a tag"
            case .mergeKey: "the mapping has a merge key (<<)"
            case .form: "its text cannot be edited safely"
            }
        return position.map { "\(what) on line \($0.line)" } ?? what
    }
}

extension TextDocument {
    /// Returns why an edit of an object of this document cannot be made; `nil` if it can.
    package func refusal(of edit: FieldEdit, in object: TextNode) -> EditRefusal? {
        var node = object
        for (position, step) in edit.path.enumerated() {
            if let refusal = refusal(toEditPartsOf: node) { return refusal }
            let isLast = position == edit.path.count - 1
            switch (node.form, step) {
            case (.scalar, .key): return node.anchor == nil ? nil : EditRefusal(.anchor, at: node.position)
            case (.sequence(let elements, _), .index(let index)) where elements.indices.contains(index):
                node = elements[index]
            case (.mapping(let members, _), .key(let key)):
                let member = members.first { $0.key.hasSameBytes(as: key) }
                if isLast || member == nil, let merge = members.first(where: \.isMerge) {
                    return EditRefusal(.mergeKey, at: merge.value.position)
                }
                guard let member else { return nil }
                node = member.value
            default: return EditRefusal(.form, at: node.position)
            }
        }
        guard edit.operation != .remove else { return nil }
        if case .scalar = node.form, node.anchor != nil { return EditRefusal(.anchor, at: node.position) }
        return refusal(toEditPartsOf: node)
    }

    private func refusal(toEditPartsOf node: TextNode) -> EditRefusal? {
        if case .alias = node.form { return EditRefusal(.alias, at: node.position) }
        if node.isTagged { return EditRefusal(.tag, at: node.position) }
        if let anchor = node.anchor, aliasedAnchors.contains(anchor) { return EditRefusal(.sharedAnchor, at: node.position) }
        return nil
    }
}
