/// An object of a list, or a line of a watch, as it was received.
///
/// Only the beginning of a text beyond the limit is kept, so that no object takes more memory than that.
package struct ReceivedText: Sendable, Equatable {
    /// The largest text that is kept whole, in bytes.
    ///
    /// An API server stores objects of at most about 1.5 MB: <https://etcd.io/docs/v3.6/dev-guide/limit/>
    package static let byteLimit = 2 << 20

    /// The text, or its beginning.
    package let bytes: [UInt8]
    /// The length of the whole text, in bytes.
    package let byteCount: Int

    /// Takes a text; `byteCount` is the length of the whole text if only its beginning was kept.
    package init(_ bytes: [UInt8], byteCount: Int? = nil) {
        self.bytes = bytes
        self.byteCount = max(byteCount ?? 0, bytes.count)
    }

    /// Whether only the beginning was kept.
    package var isCut: Bool { bytes.count < byteCount }
}
