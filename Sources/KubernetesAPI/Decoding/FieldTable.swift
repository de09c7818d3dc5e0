/// The fields of one object type that are read; all others are skipped but checked.
///
/// Cases are spelled exactly as the API spells the field, which so is their raw value. An enum may have at most 64 cases.
package protocol FieldName: RawRepresentable<String>, CaseIterable, Sendable {
    /// The table by which readers find a field; one static constant per enum.
    static var table: FieldTable<Self> { get }
}

/// Finds the field that a key's bytes name.
package struct FieldTable<Field: FieldName>: Sendable {
    /// The names, which readers search without knowing the type of the fields: one piece of code for all of them.
    let names: FieldNames
    /// The fields, by the numbers that ``names`` has for them.
    let fields: [Field]

    /// Builds the table from the cases.
    package init() {
        fields = Array(Field.allCases)
        names = FieldNames(fields.map(\.rawValue))
    }
}

/// The names of the fields of one object type.
struct FieldNames: Sendable {
    private struct Entry: Sendable {
        let key: KeyBytes
        /// The bytes of a name that is longer than ``KeyBytes/exactCount``; empty for others.
        let longName: [UInt8]
        /// The index of the next entry in the same slot, or ``FieldNames/none``.
        let next: UInt8
    }

    /// Stands for no entry.
    private static var none: UInt8 { .max }

    private let entries: [Entry]
    /// The index of the first entry for the top six bits of a fingerprint, or ``none``.
    private let slots: [UInt8]
    /// The length of the longest name, in bytes.
    let longest: Int

    /// Collects the names of fields, whose numbers are their places in the list.
    init(_ names: [String]) {
        var entries: [Entry] = []
        var slots = Array(repeating: Self.none, count: 64)
        for name in names {
            let bytes = Array(name.utf8)
            let key = KeyBytes(of: bytes.span)
            let slot = Self.slot(of: key)
            let longName = bytes.count > KeyBytes.exactCount ? bytes : []
            let number = UInt8(entries.count)
            entries.append(Entry(key: key, longName: longName, next: slots[slot]))
            slots[slot] = number
        }
        self.entries = entries
        self.slots = slots
        longest = names.map(\.utf8.count).max() ?? 0
    }

    /// Returns the number of the field whose name is exactly these bytes.
    ///
    /// `bytes` is the key with its escapes decoded, of which `key` was made.
    @inline(__always)
    func field(named key: KeyBytes, _ bytes: Span<UInt8>) -> UInt8? {
        var index = slots[Self.slot(of: key)]
        while index != Self.none {
            let position = Int(index)
            if entries[position].key == key, key.count <= KeyBytes.exactCount || hasLongName(bytes, at: position) {
                return index
            }
            index = entries[position].next
        }
        return nil
    }

    private func hasLongName(_ bytes: Span<UInt8>, at position: Int) -> Bool {
        let name = entries[position].longName
        return name.span.equals(bytes)
    }

    @inline(__always)
    private static func slot(of key: KeyBytes) -> Int {
        Int(truncatingIfNeeded: key.fingerprint &>> 58)
    }
}

/// The bytes of a key in a form that is quick to compare: its length, its first eight and its last eight bytes.
///
/// A key of fewer than eight bytes has them all in ``head``, filled up with zeros. Up to sixteen bytes keys with the same values are the
/// same key; of longer ones the bytes between have to be compared, too.
struct KeyBytes: Equatable, Sendable {
    /// The length in bytes.
    let count: Int
    /// The first eight bytes, the first one lowest.
    let head: UInt64
    /// The last eight bytes; 0 for a key of fewer than eight.
    let tail: UInt64

    /// The longest key of which nothing but the values has to be compared.
    static let exactCount = 16

    /// Takes the values as they were found.
    @inline(__always)
    init(count: Int, head: UInt64, tail: UInt64) {
        self.count = count
        self.head = head
        self.tail = tail
    }

    /// Finds the values of a key.
    @inline(__always)
    init(of key: Span<UInt8>) {
        count = key.count
        if let word = key.firstWord {
            head = word
            tail = key.word(at: key.count &- 8) ?? 0
        } else {
            var short: UInt64 = 0
            for index in key.indices { short |= UInt64(key[index]) << UInt64(index &* 8) }
            head = short
            tail = 0
        }
    }

    /// A 64-bit digest.
    ///
    /// Equal keys have equal fingerprints; unequal keys may collide (a client can make them), so every use compares the bytes as well.
    @inline(__always)
    var fingerprint: UInt64 {
        ((head &* 0x9E37_79B9_7F4A_7C15) ^ tail) &* 0xC2B2_AE3D_27D4_EB4F ^ UInt64(truncatingIfNeeded: count)
    }
}
