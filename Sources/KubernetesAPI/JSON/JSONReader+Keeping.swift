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
