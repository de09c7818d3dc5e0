/// A report format, which writes scanned documents in pieces so that a report needs no more memory than one piece.
///
/// A report consists of ``head``, the pieces that are not empty with ``separator`` between them, and ``tail(of:)``. A piece depends only on its
/// documents, so pieces can be written in parallel and put in order afterwards.
package protocol ReportEncoder: Sendable {
    /// Whether the report changes if its documents are divided into other pieces.
    var dependsOnPieces: Bool { get }
    /// The bytes before all pieces.
    var head: [UInt8] { get }
    /// The bytes between two pieces.
    var separator: [UInt8] { get }
    /// The most results that readers of the format take; pieces beyond it are left out. `nil` for no limit.
    var resultLimit: Int? { get }
    /// Returns whether the report has the warnings of a document.
    func showsWarnings(of document: ScannedDocument) -> Bool
    /// Writes consecutive documents of one source, at least one; returns no bytes if the format has nothing to report about them.
    func piece(of documents: [ScannedDocument]) -> [UInt8]
    /// Writes a piece and counts its results, for a format with a limit.
    func countedPiece(of documents: [ScannedDocument]) -> (bytes: [UInt8], resultCount: Int)
    /// Whether the report needs the counts by Namespace and rule.
    var needsDetails: Bool { get }
    /// Whether the report shows lines of the files.
    var showsSource: Bool { get }
    /// Whether the report begins with a summary, so that nothing can be written before all documents are known.
    var beginsWithSummary: Bool { get }
    /// Returns the summary that begins the report; the tally counts its documents.
    func summary(of tally: ScanTally) -> [UInt8]
    /// Returns the bytes after all pieces; the tally counts their documents.
    func tail(of tally: ScanTally) -> [UInt8]
}

extension ReportEncoder {
    /// `false`, as for formats that write each document independently.
    package var dependsOnPieces: Bool { false }

    /// `false`, as for formats that write each document.
    package var needsDetails: Bool { false }

    /// `false`, as for formats that name lines by their numbers.
    package var showsSource: Bool { false }

    /// `false`, as for formats that are written piece by piece.
    package var beginsWithSummary: Bool { false }

    /// Empty, as for formats that do not begin with a summary.
    package func summary(of tally: ScanTally) -> [UInt8] { [] }

    /// `nil`, for no limit.
    package var resultLimit: Int? { nil }

    /// Counts no results, as formats without a limit need none.
    package func countedPiece(of documents: [ScannedDocument]) -> (bytes: [UInt8], resultCount: Int) { (piece(of: documents), 0) }

    /// `true`, as for all formats that do not take their form from others.
    package func showsWarnings(of document: ScannedDocument) -> Bool { true }

    /// Writes a whole report at once.
    package func report(of documents: [ScannedDocument]) -> [UInt8] {
        var tally = ScanTally()
        var bytes = head
        var isFirst = true
        for document in documents {
            tally.count(document, inDetail: needsDetails)
            let piece = piece(of: [document])
            guard !piece.isEmpty else { continue }
            if !isFirst { bytes += separator }
            bytes += piece
            isFirst = false
        }
        if !isFirst { tally.hasPieces = true }
        return summary(of: tally) + bytes + tail(of: tally)
    }
}
