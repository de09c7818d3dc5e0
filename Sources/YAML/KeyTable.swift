import KubernetesAPI

/// Finds keys by their bytes among the members of a large mapping, in four to eight bytes a key.
struct KeyTable {
    /// One more than the index of the key that stands here, 0 where none does; as many slots as a power of two.
    private var slots: [UInt32]
    private var count = 0

    /// A table that has no key yet.
    init() {
        slots = [UInt32](repeating: 0, count: 64)
    }

    /// Finds a key; `key` returns the one that was inserted with an index.
    func index(of wanted: String, among key: (Int) -> String) -> Int? {
        var slot = Self.hash(of: wanted) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if key(index).hasSameBytes(as: wanted) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Inserts the key of an index; one that is there already stays the one that is found.
    mutating func insert(_ index: Int, among key: (Int) -> String) {
        // A third of the slots stays free, so that searches are short.
        if count * 3 >= slots.count * 2 {
            let old = slots
            slots = [UInt32](repeating: 0, count: slots.count * 2)
            for slot in old where slot != 0 { place(slot, hash: Self.hash(of: key(Int(slot) - 1))) }
        }
        place(UInt32(truncatingIfNeeded: index + 1), hash: Self.hash(of: key(index)))
        count += 1
    }

    /// Puts an entry into the first free slot from that of its hash on.
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

    /// Feeds bytes of text to a hasher; its seed is another in each process, so that nobody can make keys that collide.
    private func hash(_ bytes: Span<UInt8>, into hasher: inout Hasher) {
        // Safety: the bytes are only read, while the span keeps them in place.
        unsafe bytes.bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        hasher.combine(bytes.count)
    }
}
