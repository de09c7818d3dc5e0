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
