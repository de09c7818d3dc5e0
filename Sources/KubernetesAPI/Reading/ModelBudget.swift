/// How much memory the decoded model of a document may take.
package enum ModelBudget {
    /// The most bytes that what is kept of a document may take: two for each byte of the document, 16 MiB at most, and 64 KiB for small ones.
    ///
    /// The largest review of an API server holds 4.5 MiB of objects before its JSON escapes, so 16 MiB is never too little for one.
    package static func byteLimit(forDocumentOf byteCount: Int) -> Int {
        64 << 10 + min(2 * byteCount, 16 << 20)
    }
}
