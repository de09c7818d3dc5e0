/// The keys of the objects that a JSON reader is inside of, to find duplicates.
///
/// Up to ``linearLimit`` keys of an object are compared as they come. A larger object is checked at its end by sorting, so that no
/// document, however its keys collide, costs more than *n* log *n*.
struct KeyStack: ~Copyable {
    /// A key that was seen, in its canonical spelling: as it stands between its quotes, where only `\"` and `\\` are escaped.
    struct Entry {
        /// ``KeyFingerprint/of(_:)`` of the canonical spelling.
        let fingerprint: UInt64
        /// Offset of the key's first byte: in the document, or in ``KeyStack/respelled``.
        let start: Int
        /// The length of the canonical spelling, in bytes.
        let count: Int
        /// Offset of the key's first byte in the document, for the failure.
        let offset: Int
        /// Whether the document spells the key otherwise, so that its canonical spelling is in ``KeyStack/respelled``.
        let isRespelled: Bool
    }

    /// The number of keys up to which each new key is compared with all before it.
    static let linearLimit = 16
    /// The most keys of all open objects together; only a document made to fill memory comes near.
    static let limit = 131_072

    /// The keys; what stands behind ``count`` is left over from objects that have ended.
    private var entries: [Entry] = []
    /// The number of keys.
    private(set) var count = 0
    /// The canonical spellings of keys that the document spells otherwise, one after the other.
    var respelled: [UInt8] = []

    /// A key; the index is below ``count``.
    @inline(__always)
    subscript(index: Int) -> Entry {
        entries[index]
    }

    /// Adds a key.
    @inline(__always)
    mutating func push(_ entry: Entry) {
        if count < entries.count {
            entries[count] = entry
        } else {
            entries.append(entry)
        }
        count &+= 1
    }

    /// Forgets all keys but the first ones; `remaining` may be more than there are.
    @inline(__always)
    mutating func pop(to remaining: Int) {
        count = min(count, remaining)
    }

    /// Forgets all respelled bytes but the first ones; `remaining` may be more than there are.
    @inline(__always)
    mutating func forgetRespelled(from remaining: Int) {
        if respelled.count > remaining { respelled.removeLast(respelled.count &- remaining) }
    }
}

extension JSONReader {
    /// Tells whether two keys have the same bytes.
    func haveSameBytes(_ first: KeyStack.Entry, _ second: KeyStack.Entry) -> Bool {
        guard first.count == second.count else { return false }
        for index in 0..<first.count where byte(index, of: first) != byte(index, of: second) { return false }
        return true
    }

    /// One byte of a key.
    @inline(__always)
    private func byte(_ index: Int, of key: KeyStack.Entry) -> UInt8 {
        key.isRespelled ? keys.respelled[key.start &+ index] : bytes[key.start &+ index]
    }

    /// Remembers a key of the object whose keys begin at `base`; throws when the object has it already.
    @inline(__always)
    mutating func remember(_ key: KeyStack.Entry, base: Int) throws(DecodingFailure) {
        let end = keys.count
        if end &- base < KeyStack.linearLimit {
            for index in base..<end
            where keys[index].fingerprint == key.fingerprint && haveSameBytes(keys[index], key) {
                throw duplicate(key)
            }
        }
        guard end < KeyStack.limit else { throw failure(.tooManyKeys(limit: KeyStack.limit), at: key.offset) }
        keys.push(key)
    }

    /// Forgets the keys of an object at its end, after looking for duplicates where there were too many to compare as they came.
    @inline(__always)
    mutating func forgetKeys(from base: Int, respelledFrom respelledBase: Int) throws(DecodingFailure) {
        if keys.count &- base > KeyStack.linearLimit { try checkManyKeys(from: base) }
        keys.pop(to: base)
        keys.forgetRespelled(from: respelledBase)
    }

    /// Sorts the keys of a large object and throws for the first key, in document order, that repeats an earlier one.
    @inline(never)
    private func checkManyKeys(from base: Int) throws(DecodingFailure) {
        let sorted = (base..<keys.count).map { keys[$0] }.sorted { first, second in
            if first.fingerprint != second.fingerprint { return first.fingerprint < second.fingerprint }
            let order = compareBytes(first, second)
            return order != 0 ? order < 0 : first.offset < second.offset
        }
        var earliest: KeyStack.Entry?
        for (first, second) in zip(sorted, sorted.dropFirst())
        where first.fingerprint == second.fingerprint && compareBytes(first, second) == 0 {
            if earliest.map({ second.offset < $0.offset }) ?? true { earliest = second }
        }
        if let earliest { throw duplicate(earliest) }
    }

    /// Orders two keys by their bytes: negative, zero or positive.
    private func compareBytes(_ first: KeyStack.Entry, _ second: KeyStack.Entry) -> Int {
        for index in 0..<min(first.count, second.count) {
            let difference = Int(byte(index, of: first)) - Int(byte(index, of: second))
            if difference != 0 { return difference }
        }
        return first.count - second.count
    }

    /// Builds the failure for a key that its object has already.
    @inline(never)
    func duplicate(_ key: KeyStack.Entry) -> DecodingFailure {
        let name = (0..<key.count).map { byte($0, of: key) }
        return failure(.duplicateKey(String(decoding: name, as: UTF8.self)), at: key.offset)
    }
}
