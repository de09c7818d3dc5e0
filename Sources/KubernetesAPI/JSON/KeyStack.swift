/// The keys of all objects around the current place of a JSON parser, to find duplicates.
///
/// In an object of up to ``linearLimit`` keys each key is compared with those before it. A larger object is sorted at its end, so that
/// colliding keys can't cost more than *n* log *n*.
struct KeyStack: ~Copyable {
    /// A key that was seen.
    struct Entry {
        /// ``KeyBytes/fingerprint`` of the canonical spelling: as it stands between its quotes, where only `\"` and `\\` are escaped.
        let fingerprint: UInt64

        /// Twice the offset of the key's first byte in the document; or twice the key's index in ``KeyStack/respelled``, plus 1.
        private let place: Int

        /// A key that the document spells canonically.
        @inline(__always)
        init(fingerprint: UInt64, offset: Int) {
            self.fingerprint = fingerprint
            place = offset << 1
        }

        /// A key that the document spells in another way.
        init(fingerprint: UInt64, respelled index: Int) {
            self.fingerprint = fingerprint
            place = index << 1 | 1
        }

        /// The offset of the key's first byte in the document; `nil` if its spelling there is not canonical.
        @inline(__always)
        var offset: Int? { place & 1 == 0 ? place >> 1 : nil }

        /// The key's index in ``KeyStack/respelled``; only valid if ``offset`` is `nil`.
        var respelledIndex: Int { place >> 1 }
    }

    /// A key that the document does not spell canonically.
    struct Respelled {
        /// The canonical spelling.
        let spelling: [UInt8]
        /// The offset of the key's first byte in the document.
        let offset: Int
    }

    /// The number of keys up to which each new key is compared with all before it.
    static let linearLimit = 16
    /// The most keys of all open objects together; only a document made to fill memory has that many.
    static let limit = 131_072

    /// Memory for the keys of an ordinary document; a class, so that writing a key needs no check for other owners.
    private final class Page {
        /// The number of keys: enough for an ordinary document, in a block of 528 bytes.
        ///
        /// The allocator caches blocks of up to 1 032 bytes for each thread; a larger page would have to be searched for with every
        /// document.
        static let size = 32

        /// The keys.
        var entries = InlineArray<32, Entry>(repeating: Entry(fingerprint: 0, offset: 0))
    }

    /// The first keys; those behind ``count`` are left over from objects that have ended.
    private let page = Page()
    /// The keys that don't fit into ``page``.
    private var entries: [Entry] = []
    /// The number of keys.
    private(set) var count = 0
    /// The keys whose spelling is not canonical, in the order of their entries.
    var respelled: [Respelled] = []

    /// A key; the index is below ``count``.
    @inline(__always)
    subscript(index: Int) -> Entry {
        index < Page.size ? page.entries[index] : entries[index &- Page.size]
    }

    /// Adds a key.
    @inline(__always)
    mutating func push(_ entry: Entry) {
        if count < Page.size {
            page.entries[count] = entry
        } else {
            pushBehindPage(entry)
        }
        count &+= 1
    }

    @inline(never)
    private mutating func pushBehindPage(_ entry: Entry) {
        let index = count &- Page.size
        if index < entries.count {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
    }

    /// Forgets all keys but the first ones; `remaining` may be more than there are.
    @inline(__always)
    mutating func pop(to remaining: Int) {
        count = min(count, remaining)
    }

    /// Forgets all respelled keys but the first ones; `remaining` may be more than there are.
    @inline(__always)
    mutating func forgetRespelled(from remaining: Int) {
        if respelled.count > remaining { respelled.removeLast(respelled.count &- remaining) }
    }
}

extension JSONNodeParser {
    /// Where the keys of one object begin.
    struct ObjectKeys {
        /// One bit for each of the object's keys, by their fingerprints.
        var marks: UInt64 = 0
        /// Where the object's keys begin in the key stack.
        let base: Int
        /// Where the object's respelled keys begin in the key stack.
        let respelledBase: Int
    }

    /// Begins an object.
    func beginKeys() -> ObjectKeys {
        ObjectKeys(base: keys.count, respelledBase: keys.respelled.count)
    }

    /// Remembers a key of an object; throws when the object has it already.
    mutating func remember(_ key: ScannedKey, in object: inout ObjectKeys) throws(DecodingFailure) {
        let entry =
            key.string.hasOtherEscapes
            ? try respelledEntry(for: key.string) : KeyStack.Entry(fingerprint: key.bytes.fingerprint, offset: key.string.start)
        // A key whose mark is not set is new, as nearly all keys are.
        let mark: UInt64 = 1 &<< (entry.fingerprint & 63)
        if object.marks & mark != 0 { try compare(entry, from: object.base) }
        object.marks |= mark
        guard keys.count < KeyStack.limit else {
            throw reader.failure(.tooManyKeys(limit: KeyStack.limit), at: offset(of: entry))
        }
        keys.push(entry)
    }

    /// Makes the entry of a key with needless escapes, in its canonical spelling.
    private mutating func respelledEntry(for key: ScannedString) throws(DecodingFailure) -> KeyStack.Entry {
        var spelling: [UInt8] = []
        for byte in try reader.bytes.decodedBytes(of: key) {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { spelling.append(UInt8(ascii: "\\")) }
            spelling.append(byte)
        }
        keys.respelled.append(KeyStack.Respelled(spelling: spelling, offset: key.start))
        return KeyStack.Entry(fingerprint: KeyBytes(of: spelling.span).fingerprint, respelled: keys.respelled.count &- 1)
    }

    /// Tells whether two keys with the same fingerprint have the same bytes.
    @inline(never)
    private mutating func haveSameBytes(_ first: KeyStack.Entry, _ second: KeyStack.Entry) -> Bool {
        let (count, other) = (byteCount(of: first), byteCount(of: second))
        guard count == other else { return false }
        for index in 0..<count where byte(index, of: first) != byte(index, of: second) { return false }
        return true
    }

    /// The length of a key, up to the quote that ends it.
    private mutating func byteCount(of key: KeyStack.Entry) -> Int {
        guard let start = key.offset else { return keys.respelled[key.respelledIndex].spelling.count }
        var index = start
        while index < reader.bytes.count, reader.bytes[index] != UInt8(ascii: "\"") {
            index &+= reader.bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index &- start
    }

    /// One byte of a key.
    @inline(__always)
    private mutating func byte(_ index: Int, of key: KeyStack.Entry) -> UInt8 {
        guard let start = key.offset else { return keys.respelled[key.respelledIndex].spelling[index] }
        return reader.bytes[start &+ index]
    }

    /// Where a key begins in the document.
    private mutating func offset(of key: KeyStack.Entry) -> Int {
        key.offset ?? keys.respelled[key.respelledIndex].offset
    }

    /// Compares a key with those before it in its object, unless there are too many.
    @inline(never)
    private mutating func compare(_ key: KeyStack.Entry, from base: Int) throws(DecodingFailure) {
        guard keys.count &- base < KeyStack.linearLimit else { return }
        for index in base..<keys.count
        where keys[index].fingerprint == key.fingerprint && haveSameBytes(keys[index], key) {
            throw duplicate(key)
        }
    }

    /// Forgets the keys of an object at its end; a large object is searched for duplicates first.
    mutating func forgetKeys(of object: ObjectKeys) throws(DecodingFailure) {
        if keys.count &- object.base > KeyStack.linearLimit { try checkManyKeys(from: object.base) }
        keys.pop(to: object.base)
        keys.forgetRespelled(from: object.respelledBase)
    }

    /// Sorts the fingerprints of a large object's keys; compares the keys if two fingerprints are equal.
    @inline(never)
    private mutating func checkManyKeys(from base: Int) throws(DecodingFailure) {
        var fingerprints: [UInt64] = []
        fingerprints.reserveCapacity(keys.count - base)
        for index in base..<keys.count { fingerprints.append(keys[index].fingerprint) }
        fingerprints.sort()
        for index in fingerprints.indices.dropFirst() where fingerprints[index] == fingerprints[index &- 1] {
            return try checkManyKeysByBytes(from: base)
        }
    }

    /// Sorts the keys of a large object; throws for the first key, in document order, that repeats an earlier one.
    @inline(never)
    private mutating func checkManyKeysByBytes(from base: Int) throws(DecodingFailure) {
        var spelled: [(fingerprint: UInt64, spelling: [UInt8], index: Int)] = []
        spelled.reserveCapacity(keys.count - base)
        for index in base..<keys.count { spelled.append((keys[index].fingerprint, spelling(of: keys[index]), index)) }
        spelled.sort { first, second in
            if first.fingerprint != second.fingerprint { return first.fingerprint < second.fingerprint }
            return first.spelling == second.spelling
                ? first.index < second.index : first.spelling.lexicographicallyPrecedes(second.spelling)
        }
        var earliest: Int?
        for (first, second) in zip(spelled, spelled.dropFirst())
        where first.fingerprint == second.fingerprint && first.spelling == second.spelling {
            earliest = min(earliest ?? second.index, second.index)
        }
        if let earliest { throw duplicate(keys[earliest]) }
    }

    /// The bytes of a key.
    private mutating func spelling(of key: KeyStack.Entry) -> [UInt8] {
        var spelling: [UInt8] = []
        let count = byteCount(of: key)
        spelling.reserveCapacity(count)
        for index in 0..<count { spelling.append(byte(index, of: key)) }
        return spelling
    }

    /// Builds the failure for a duplicate key.
    @inline(never)
    private mutating func duplicate(_ key: KeyStack.Entry) -> DecodingFailure {
        reader.failure(.duplicateKey(String(decoding: spelling(of: key), as: UTF8.self)), at: offset(of: key))
    }
}
