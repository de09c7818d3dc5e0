/// The fields of one object type that are read; all others are skipped but checked.
///
/// Cases are spelled exactly as the API spells the fields, since their raw values are the field names. An enum may have at most 64 cases.
package protocol FieldName: RawRepresentable<String>, CaseIterable, Sendable {
    /// The table in which readers look up a field; one static constant per enum.
    static var table: FieldTable<Self> { get }
}

/// Looks up the field with the name that a key has.
package struct FieldTable<Field: FieldName>: Sendable {
    /// The names; they do not depend on the type of the fields, so that one piece of code searches them for all types.
    let names: FieldNames
    /// The fields, indexed by their numbers in ``names``.
    let fields: [Field]

    /// Builds the table from the cases.
    package init() {
        fields = Array(Field.allCases)
        names = FieldNames(fields.map(\.rawValue))
    }
}

/// Names, such as those of the fields of one object type, in a form that is quick to look up; at most 254.
package struct FieldNames: Sendable {
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

    /// Collects names; the number of a field is its place in the list.
    package init(_ names: [String]) {
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

    /// Returns the number of a name; `nil` if it is not among the names.
    package func number(of name: String) -> Int? {
        let bytes = name.utf8.span
        return field(named: KeyBytes(of: bytes), bytes).map { Int($0) }
    }

    /// Returns the number of the field whose name is exactly these bytes.
    ///
    /// `bytes` is the key with its escapes decoded; `key` was made of it.
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

/// A key in a form that is quick to compare: its length, its first eight and its last eight bytes.
///
/// A key of fewer than eight bytes has all of them in ``head``, padded with zeros. Two keys of at most sixteen bytes are equal if these
/// values are equal; for longer keys, compare the bytes between as well.
struct KeyBytes: Equatable, Sendable {
    /// The length in bytes.
    let count: Int
    /// The first eight bytes, the first one lowest.
    let head: UInt64
    /// The last eight bytes; 0 for a key of fewer than eight.
    let tail: UInt64

    /// The length up to which keys are equal if these values are equal, in bytes.
    static let exactCount = 16

    /// Takes values that were already computed.
    @inline(__always)
    init(count: Int, head: UInt64, tail: UInt64) {
        self.count = count
        self.head = head
        self.tail = tail
    }

    /// Computes the values of a key.
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
