/// How much memory the decoded model of a document may take.
package enum ModelBudget {
    /// The most memory that the decoded form of a document may take, in bytes: 64 KiB, plus two bytes for each byte of the document, at
    /// most 16 MiB.
    ///
    /// The largest review of an API server has 4.5 MiB of objects before JSON escapes, so 16 MiB is enough for any.
    package static func byteLimit(forDocumentOf byteCount: Int) -> Int {
        64 << 10 + min(2 * byteCount, 16 << 20)
    }

    /// The most memory that the decoded form of any document may take, in bytes.
    package static var greatest: Int { byteLimit(forDocumentOf: 8 << 20) }

    /// The memory that a text takes outside of its `String`, in bytes; 0 if it fits into the `String`.
    @inline(__always)
    static func byteCount(ofText count: Int) -> Int {
        // A block has a header of 32 bytes, a zero at its end and the allocator's word; its size is a multiple of 16.
        count <= 15 ? 0 : (count &+ 33 &+ 8 &+ 15) & ~15
    }

    /// The memory of a list besides its elements, in bytes: the header and the allocator's overhead.
    static let listByteCount = 48

    /// The next capacity of a full list: twice as many elements, or a quarter more for a list of 16 KiB, a quarter of what any document may take.
    static func capacity(after capacity: Int, elementByteCount: Int) -> Int {
        capacity &* elementByteCount < 16_384 ? max(2, 2 &* capacity) : capacity &+ capacity / 4
    }
}

// Memory is counted as values are kept, so that no document takes more than `ModelBudget` allows.
extension JSONReader {
    /// Makes room in a list for one more element; throws if the document then takes more memory than it may.
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

    /// Counts kept memory, in bytes; throws if the document takes more than it may.
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
