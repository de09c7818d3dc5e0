import KubernetesAPI

extension JSONWriter {
    /// Writes a key and a string.
    mutating func member(_ name: String, _ value: String) {
        key(name)
        write(value)
    }

    /// Writes a key and a boolean.
    mutating func member(_ name: String, _ value: Bool) {
        key(name)
        write(value)
    }

    /// Writes a key and an integer, or nothing.
    mutating func member(_ name: String, _ value: Int?) {
        guard let value else { return }
        key(name)
        write(value)
    }
}

extension JSONWriter {
    /// Writes a key and an array of strings.
    mutating func member(_ name: String, _ values: [String]) {
        key(name)
        beginArray()
        for value in values { write(value) }
        endArray()
    }
}
