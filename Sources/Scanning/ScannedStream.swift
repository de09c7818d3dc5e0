import Manifests
import Reports

/// The documents of one text, scored one after the other.
struct ScannedStream: Sendable {
    private let scan: ManifestScan
    private let wasFound: Bool
    private var stream: ManifestStream
    /// How many bytes of the text belong to the documents so far.
    private var offset: Int

    /// Prepares to scan a text; `wasFound` says that nobody named its file.
    init(_ bytes: [UInt8], named name: String, wasFound: Bool = false, by scan: ManifestScan) {
        self.init(ManifestStream(source: name, bytes: bytes), wasFound: wasFound, by: scan)
    }

    private init(_ stream: ManifestStream, wasFound: Bool, by scan: ManifestScan) {
        self.scan = scan
        self.wasFound = wasFound
        self.stream = stream
        offset = stream.offset
    }

    /// Whether documents may be left that can be split off.
    var canSplit: Bool { stream.canSplit }

    /// How many bytes of the text have been read or split off.
    var position: Int { stream.offset }

    /// Scans the next document that holds more than comments.
    mutating func next() -> ScannedDocument? {
        while let document = stream.next() {
            guard var result = scan.result(of: document, wasFound: wasFound) else { continue }
            result.textByteCount = stream.offset - offset
            offset = stream.offset
            return result
        }
        return nil
    }

    /// Takes about that many bytes of documents off the stream, for somebody else to scan; `nil` when none can be split off.
    mutating func splitOff(byteCount: Int) -> ScannedStream? {
        stream.splitOff(byteCount: byteCount).map { ScannedStream($0, wasFound: wasFound, by: scan) }
    }
}
