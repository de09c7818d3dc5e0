import KubernetesAPI

/// A string that compares and hashes as its bytes, for tables of keys and anchors.
struct ByteKey: Hashable {
    /// The key.
    let text: String

    /// The key.
    init(_ text: String) {
        self.text = text
    }

    static func == (first: Self, second: Self) -> Bool {
        first.text.hasSameBytes(as: second.text)
    }

    func hash(into hasher: inout Hasher) {
        hash(text.utf8.span, into: &hasher)
    }

    /// Feeds bytes of text to a hasher; its seed is another in each process, so that nobody can make keys that collide.
    private func hash(_ bytes: Span<UInt8>, into hasher: inout Hasher) {
        // Safety: the bytes are only read, while the span keeps them in place.
        unsafe bytes.bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        hasher.combine(bytes.count)
    }
}
