/// One value of a YAML or JSON text with the bytes that it takes, for edits of the text.
///
/// Unlike a ``ManifestNode``, it shows how the text is written: aliases are not expanded, and scalars have a style instead of a value.
package struct TextNode: Sendable {
    /// How a value is written.
    package enum Form: Sendable {
        case scalar(ScalarStyle)
        /// `isFlow` means that the mapping is written between braces.
        case mapping([Member], isFlow: Bool)
        /// `isFlow` means that the sequence is written between brackets.
        case sequence([TextNode], isFlow: Bool)
        /// A reference to a value with an anchor.
        case alias
    }

    /// How a scalar is written.
    package enum ScalarStyle: Sendable {
        case plain
        case singleQuoted
        case doubleQuoted
        /// A literal or folded scalar below its indicator; `keepsBreaks` means that its last empty lines belong to its value.
        case block(keepsBreaks: Bool)
    }

    /// One key of a mapping with its value.
    package struct Member: Sendable {
        /// The key as a string.
        package let key: String
        /// The bytes of the key, with its quotes.
        package let keyRange: Range<Int>
        /// Whether the key is a `<<` that merges other mappings.
        package let isMerge: Bool
        /// The value of the key.
        package let value: TextNode

        /// A key with its value.
        package init(key: String, keyRange: Range<Int>, isMerge: Bool = false, value: TextNode) {
            self.key = key
            self.keyRange = keyRange
            self.isMerge = isMerge
            self.value = value
        }
    }

    /// How the value is written.
    package let form: Form
    /// The bytes from the anchor, the tag or the first character to the end of the last character.
    package let range: Range<Int>
    /// The position of the first byte, as in a ``ManifestNode``.
    package let position: Position
    /// The name of the anchor; `nil` without one.
    package let anchor: String?
    /// Whether a tag gives the value its type.
    package let isTagged: Bool

    /// A value at a place.
    package init(_ form: Form, _ range: Range<Int>, at position: Position, anchor: String? = nil, isTagged: Bool = false) {
        self.form = form
        self.range = range
        self.position = position
        self.anchor = anchor
        self.isTagged = isTagged
    }
}

/// One document of a YAML or JSON text as it is written.
package struct TextDocument: Sendable {
    /// The outermost value.
    package let root: TextNode
    /// The names of the anchors to which an alias of the document refers.
    package let aliasedAnchors: Set<String>

    /// A document with its aliases.
    package init(root: TextNode, aliasedAnchors: Set<String> = []) {
        self.root = root
        self.aliasedAnchors = aliasedAnchors
    }
}

extension TextNode {
    /// Returns the mapping that begins at a position; `nil` if there is none.
    package func mapping(at wanted: Position) -> TextNode? {
        switch form {
        case .scalar, .alias:
            return nil
        case .sequence(let elements, _):
            return elements.lastOfPrefix { $0.begins(atOrBefore: wanted) }?.mapping(at: wanted)
        case .mapping(let members, _):
            if position == wanted { return self }
            return members.lastOfPrefix { $0.value.begins(atOrBefore: wanted) }?.value.mapping(at: wanted)
        }
    }

    /// Whether the value begins at a position or before it.
    package func begins(atOrBefore other: Position) -> Bool {
        (position.line, position.column) <= (other.line, other.column)
    }
}

extension Array {
    /// Finds the last element that satisfies a predicate, by binary search; `nil` if none does.
    ///
    /// The elements that satisfy it must all come first, as those up to a position do in a list that is sorted by positions.
    package func lastOfPrefix(_ isInPrefix: (Element) -> Bool) -> Element? {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if isInPrefix(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? self[low - 1] : nil
    }
}
