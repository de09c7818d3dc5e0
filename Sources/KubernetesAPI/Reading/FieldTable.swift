/// The fields of one object type that are read; all others are skipped but checked.
///
/// Cases are spelled exactly as the API spells the field, so a case's description is the field's name and its raw value its index. An enum
/// may have at most 64 cases.
package protocol FieldName: RawRepresentable<UInt8>, CaseIterable, Sendable {
    /// The table by which readers find a field; one static constant per enum.
    static var table: FieldTable<Self> { get }
}

extension FieldName {
    /// The name of the field in manifests.
    package var name: String { String(describing: self) }
}

/// Finds the field that a key's bytes name.
package struct FieldTable<Field: FieldName>: Sendable {
    private struct Entry: Sendable {
        let field: Field
        let fingerprint: UInt64
        /// Where the name stands in ``FieldTable/names``.
        let start: Int
        let count: Int
        /// The index of the next entry in the same slot, or ``FieldTable/none``.
        let next: UInt8
    }

    /// Stands for no entry.
    private static var none: UInt8 { .max }

    private let entries: [Entry]
    /// The names of all fields, one behind the other.
    private let names: [UInt8]
    /// The index of the first entry for the top six bits of a fingerprint, or ``none``.
    private let slots: [UInt8]

    /// Builds the table from the cases' names.
    package init() {
        var entries: [Entry] = []
        var names: [UInt8] = []
        var slots = [UInt8](repeating: Self.none, count: 64)
        for field in Field.allCases {
            let name = Array(field.name.utf8)
            let fingerprint = KeyFingerprint.of(name.span)
            let slot = Int(fingerprint >> 58)
            entries.append(Entry(field: field, fingerprint: fingerprint, start: names.count, count: name.count, next: slots[slot]))
            slots[slot] = UInt8(entries.count - 1)
            names += name
        }
        self.entries = entries
        self.names = names
        self.slots = slots
    }

    /// Returns the field whose name is exactly these bytes.
    ///
    /// The key's escapes are decoded; the fingerprint is ``KeyFingerprint/of(_:)`` of the same bytes.
    @inline(__always)
    func field(named key: Span<UInt8>, fingerprint: UInt64) -> Field? {
        var index = slots[Int(fingerprint >> 58)]
        while index != Self.none {
            let entry = entries[Int(index)]
            if entry.fingerprint == fingerprint, key.equals(names.span.extracting(entry.start..<entry.start + entry.count)) {
                return entry.field
            }
            index = entry.next
        }
        return nil
    }
}

/// A 64-bit digest of a key's length, first eight and last eight bytes.
///
/// Equal keys have equal fingerprints; unequal keys may collide (a client can make them), so every use compares the bytes as well.
enum KeyFingerprint {
    /// Computes the digest.
    @inline(__always)
    static func of(_ key: Span<UInt8>) -> UInt64 {
        let count = key.count
        let head: UInt64
        let tail: UInt64
        if count >= 8 {
            head = key.word(at: 0)
            tail = key.word(at: count - 8)
        } else {
            var short: UInt64 = 0
            for index in 0..<count { short |= UInt64(key[index]) << UInt64(index &* 8) }
            head = short
            tail = UInt64(count)
        }
        return ((head &* 0x9E37_79B9_7F4A_7C15) ^ tail) &* 0xC2B2_AE3D_27D4_EB4F ^ UInt64(count)
    }
}

extension Span<UInt8> {
    /// Loads eight bytes, the first one lowest.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        let bytes = extracting(index..<index + 8)
        return UInt64(bytes[0]) | UInt64(bytes[1]) << 8 | UInt64(bytes[2]) << 16 | UInt64(bytes[3]) << 24
            | UInt64(bytes[4]) << 32 | UInt64(bytes[5]) << 40 | UInt64(bytes[6]) << 48 | UInt64(bytes[7]) << 56
    }

    /// Tells whether both spans hold the same bytes.
    @inline(__always)
    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
