import KubernetesAPI

/// Finds keys by their bytes among the members of a large mapping; takes four to eight bytes for each key.
struct KeyTable {
    /// The index of a key plus one, or 0 for a free slot; the number of slots is a power of two.
    private var slots: [UInt32]
    private var count = 0

    /// Starts without keys.
    init() {
        slots = [UInt32](repeating: 0, count: 64)
    }

    /// Finds the index of a key; `key` returns the key of an index.
    func index(of wanted: String, among key: (Int) -> String) -> Int? {
        var slot = Self.hash(of: wanted) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if key(index).hasSameBytes(as: wanted) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Inserts the key of an index; for equal keys the first one is found.
    mutating func insert(_ index: Int, among key: (Int) -> String) {
        // A third of the slots stay free, so that searches are short.
        if count * 3 >= slots.count * 2 {
            let old = slots
            slots = [UInt32](repeating: 0, count: slots.count * 2)
            for slot in old where slot != 0 { place(slot, hash: Self.hash(of: key(Int(slot) - 1))) }
        }
        place(UInt32(truncatingIfNeeded: index + 1), hash: Self.hash(of: key(index)))
        count += 1
    }

    /// Puts an entry into the first free slot at or after that of its hash.
    private mutating func place(_ entry: UInt32, hash: Int) {
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = entry
    }

    private static func hash(of key: String) -> Int {
        var hasher = Hasher()
        ByteKey(key).hash(into: &hasher)
        return hasher.finalize()
    }
}

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

    /// Feeds bytes to a hasher; its seed differs in each process, so that nobody can make colliding keys.
    private func hash(_ bytes: Span<UInt8>, into hasher: inout Hasher) {
        // Safety: the bytes are only read, while the span keeps them in place.
        unsafe bytes.bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        hasher.combine(bytes.count)
    }
}
