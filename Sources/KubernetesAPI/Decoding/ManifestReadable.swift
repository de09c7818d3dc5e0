/// A part of the model that is read field by field into an empty value.
///
/// Read in place, and not built and returned: a large value that an initializer or a function has filled while it could throw is copied
/// on its way out, and each of its strings and lists retained.
protocol ManifestReadable {
    /// The value of something that says nothing.
    init()

    /// Reads the value on which the reader stands; null leaves it empty.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure)
}

extension ManifestReadable {
    /// Reads the value on which the reader stands.
    @inline(__always)
    init<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        self.init()
        try read(from: &reader)
    }
}
