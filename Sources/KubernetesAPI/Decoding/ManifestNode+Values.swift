extension ManifestNode {
    /// The text; `nil` when it is something else.
    package var text: String? {
        if case .string(let text) = value { text } else { nil }
    }

    /// The integer of up to 64 bits; `nil` when it is something else.
    package var integer: Int64? {
        if case .integer(let integer) = value { integer } else { nil }
    }

    /// The elements of the array; `nil` when it is something else.
    package var elements: [ManifestNode]? {
        if case .array(let elements) = value { elements } else { nil }
    }
}
