package import KubernetesAPI

/// A change of one field of an object.
package struct FieldEdit: Sendable, Equatable {
    /// One step of a path.
    package enum Step: Sendable, Equatable {
        /// A key of an object.
        case key(String)
        /// An index of an array.
        case index(Int)
    }

    /// A value without parts.
    package enum Scalar: Sendable, Equatable {
        case bool(Bool)
        case integer(Int64)
        /// A text that YAML reads as a string without quotes, such as `RuntimeDefault`.
        case string(String)
    }

    /// A change of a field: a new value, one more element, or removal.
    package enum Operation: Sendable, Equatable {
        /// The field gets a value; missing objects around it are created.
        case set(Scalar)
        /// The array gets one more text; a missing array is created.
        case append(String)
        /// The key or the element is removed.
        case remove
    }

    /// The beginning of a text that stands for a value which only the user knows.
    package static let placeholderPrefix = "YOUR-"

    /// The way from the object to the field.
    package let path: [Step]
    /// The change of the field.
    package let operation: Operation

    /// A change of the field at the end of a path.
    package init(_ path: [Step], _ operation: Operation) {
        self.path = path
        self.operation = operation
    }

    /// Whether the field gets a placeholder instead of a value.
    package var isPlaceholder: Bool {
        guard case .set(.string(let text)) = operation else { return false }
        return text.hasPrefix(Self.placeholderPrefix)
    }
}

extension FieldEdit {
    /// Tells whether an object does not yet have what the edit makes.
    package func changes(_ object: ManifestNode) -> Bool {
        let value = object.value(at: path)
        switch (operation, value?.value) {
        case (.set(.bool(let wanted)), .bool(let value)): return wanted != value
        case (.set(.integer(let wanted)), .integer(let value)): return wanted != value
        case (.set(.string(let wanted)), .string(let value)): return !value.hasSameBytes(as: wanted)
        case (.append(let text), .array(let elements)): return !elements.contains { $0.text?.hasSameBytes(as: text) ?? false }
        case (.remove, nil): return false
        default: return true
        }
    }
}

extension ManifestNode {
    /// Returns the value at the end of a path; `nil` if there is none.
    package func value(at path: some Sequence<FieldEdit.Step>) -> ManifestNode? {
        var node: ManifestNode? = self
        for step in path {
            switch step {
            case .key(let key): node = node?[key]
            case .index(let index): node = node?[index]
            }
        }
        return node
    }
}

extension [FieldEdit.Step] {
    /// Reads a path such as `spec.containers[1].securityContext`; keys cannot have dots or brackets.
    package init(path: String) {
        self = path.split(separator: ".").flatMap { part -> [FieldEdit.Step] in
            let pieces = part.split(separator: "[")
            return pieces.enumerated().map { position, piece -> FieldEdit.Step in
                guard position > 0, let index = Int(piece.dropLast()) else { return .key(String(piece)) }
                return .index(index)
            }
        }
    }

    /// The path as text.
    package var text: String {
        reduce(into: "") { text, step in
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}
