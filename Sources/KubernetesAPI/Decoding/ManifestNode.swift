/// One value of a YAML or JSON document with the place where it stands.
///
/// Scalars are already resolved the way Kubernetes reads them (YAML 1.1 booleans, octal and hexadecimal integers), anchors are expanded,
/// and keys are strings. Key order is the document's.
package struct ManifestNode: Sendable {
    /// The resolved content of a node.
    package enum Value: Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        /// A number that is no 64-bit integer, as the JSON text that it becomes.
        case number(String)
        case string(String)
        case array([ManifestNode])
        case object([Member])
    }

    /// One key of an object with its value.
    package struct Member: Sendable {
        /// The key as a string.
        package let key: String
        /// Where the key stands.
        package let keyPosition: Position
        /// What the key holds.
        package let value: ManifestNode

        /// What the key holds.
        package init(key: String, keyPosition: Position, value: ManifestNode) {
            self.key = key
            self.keyPosition = keyPosition
            self.value = value
        }
    }

    /// What the node holds.
    package let value: Value
    /// Where the node begins.
    package let position: Position

    /// What the node holds.
    package init(_ value: Value, at position: Position) {
        self.value = value
        self.position = position
    }
}

extension ManifestNode {
    /// Returns the value of a key, or `nil` when this is no object or has no such key.
    ///
    /// Linear in the number of keys; keys compare as bytes.
    package subscript(key: String) -> ManifestNode? {
        guard case .object(let members) = value else { return nil }
        for index in members.indices where members[index].key.hasSameBytes(as: key) { return members[index].value }
        return nil
    }

    /// Returns an element, or `nil` when this is no array or has no such element.
    package subscript(index: Int) -> ManifestNode? {
        guard case .array(let elements) = value, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}
