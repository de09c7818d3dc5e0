/// How much memory the decoded model of a document may take.
package enum ModelBudget {
    /// The most bytes that what is kept of a document may take: two for each byte of the document, 16 MiB at most, and 64 KiB for small ones.
    ///
    /// The largest review of an API server holds 4.5 MiB of objects before its JSON escapes, so 16 MiB is never too little for one.
    package static func byteLimit(forDocumentOf byteCount: Int) -> Int {
        64 << 10 + min(2 * byteCount, 16 << 20)
    }

    /// The most bytes that what is kept of any document may take.
    package static var greatest: Int { byteLimit(forDocumentOf: 8 << 20) }

    /// The bytes of memory that a text of so many bytes takes beside the string itself; 0 for one that fits into it.
    @inline(__always)
    static func byteCount(ofText count: Int) -> Int {
        // A block has a header of 32 bytes and a zero at its end, and the allocator's own word, in steps of 16.
        count <= 15 ? 0 : (count &+ 33 &+ 8 &+ 15) & ~15
    }

    /// The bytes of a list's block beside its elements: the header, and what the allocator adds.
    static let listByteCount = 48

    /// How many elements a full list has room for next: twice as many, or, for a large one, a quarter more.
    static func capacity(after capacity: Int, elementByteCount: Int) -> Int {
        capacity &* elementByteCount < 4_096 ? max(2, 2 &* capacity) : capacity &+ capacity / 4
    }
}

// What is kept of a document is counted as it is kept, so that no document takes more memory than `ModelBudget` says.
extension JSONReader {
    /// Makes room in a list for one more element; throws when the document has no more memory left.
    @inline(__always)
    package mutating func makeRoom<Element>(in list: inout [Element]) throws(DecodingFailure) {
        if list.count == list.capacity { try enlarge(&list) }
    }

    @inline(never)
    private mutating func enlarge<Element>(_ list: inout [Element]) throws(DecodingFailure) {
        let stride = MemoryLayout<Element>.stride
        let capacity = ModelBudget.capacity(after: list.capacity, elementByteCount: stride)
        try keep((capacity &- list.capacity) &* stride &+ (list.isEmpty ? ModelBudget.listByteCount : 0))
        list.reserveCapacity(capacity)
    }

    /// Counts bytes of memory that are kept; throws when the document has no more left.
    @inline(__always)
    package mutating func keep(_ byteCount: Int) throws(DecodingFailure) {
        room &-= byteCount
        if room < 0 { throw tooLarge() }
    }

    /// Counts a text that is kept, and returns it.
    @inline(__always)
    mutating func keeping(_ text: String) throws(DecodingFailure) -> String {
        let count = text.utf8.count
        if count > 15 { try keep(ModelBudget.byteCount(ofText: count)) }
        return text
    }

    @inline(never)
    private func tooLarge() -> DecodingFailure {
        failure(.modelTooLarge(limit: memoryLimit), at: index)
    }
}
