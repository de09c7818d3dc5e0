/// Writes scanned documents in one format, piece by piece, so that a report needs no more memory than a piece.
///
/// A report is ``head``, the pieces that are not empty with ``separator`` between them, and ``tail(of:)``. Pieces depend on nothing but their
/// documents, so that they can be written at the same time and put in order afterwards.
package protocol ReportEncoder: Sendable {
    /// Whether the report is another one when its documents are divided into pieces in another way.
    var dependsOnPieces: Bool { get }
    /// What stands before all pieces.
    var head: [UInt8] { get }
    /// What stands between two pieces.
    var separator: [UInt8] { get }
    /// Writes documents that stand one after the other in one source, at least one; empty when the format has nothing to say of them.
    func piece(of documents: [ScannedDocument]) -> [UInt8]
    /// What stands behind all pieces; the tally says what they came to.
    func tail(of tally: ScanTally) -> [UInt8]
}

extension ReportEncoder {
    /// No: documents are written one behind the other.
    package var dependsOnPieces: Bool { false }

    /// Writes a whole report at once.
    package func report(of documents: [ScannedDocument]) -> [UInt8] {
        var tally = ScanTally()
        var bytes = head
        var isFirst = true
        for document in documents {
            tally.count(document)
            let piece = piece(of: [document])
            guard !piece.isEmpty else { continue }
            if !isFirst { bytes += separator }
            bytes += piece
            isFirst = false
        }
        if !isFirst { tally.hasPieces = true }
        return bytes + tail(of: tally)
    }
}
