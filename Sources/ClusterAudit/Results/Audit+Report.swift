package import Reports

extension Audit {
    /// The most owners of a Namespace that are written together.
    private static let batchLimit = 256
    /// The same for a format whose readers see what is written together, such as the suites of JUnit.
    private static let suiteLimit = 4_096

    /// Writes a report, with the gaps first and then the owners by Namespace.
    ///
    /// Each owner is decided again while it is written, so that texts take no memory.
    package func write(
        by encoder: any ReportEncoder,
        decidedBy decider: AuditDecider,
        to write: ([UInt8]) throws -> Void
    ) throws -> ScanTally {
        let batches = batches(limit: encoder.dependsOnPieces ? Self.suiteLimit : Self.batchLimit)
        if encoder.beginsWithSummary {
            var tally = ScanTally()
            for batch in batches {
                let documents = documents(of: batch, decider)
                for document in documents { tally.count(document) }
                tally.hasPieces = tally.hasPieces || !encoder.piece(of: documents).isEmpty
            }
            try write(encoder.summary(of: tally))
        }
        try write(encoder.head)
        var (tally, resultCount) = (ScanTally(), 0)
        for batch in batches {
            let documents = documents(of: batch, decider)
            for document in documents { tally.count(document, inDetail: encoder.needsDetails) }
            // With a limit, each document is a piece, so that the report has as many as possible.
            for documents in encoder.resultLimit == nil ? [documents] : documents.map({ [$0] }) {
                let piece = encoder.countedPiece(of: documents)
                guard !piece.bytes.isEmpty else { continue }
                if let limit = encoder.resultLimit, resultCount + piece.resultCount > limit {
                    tally.omittedResults += piece.resultCount
                    continue
                }
                resultCount += piece.resultCount
                try write((tally.hasPieces ? encoder.separator : []) + piece.bytes)
                tally.hasPieces = true
            }
        }
        try write(encoder.tail(of: tally))
        return tally
    }

    /// A part of the results that is written in one piece.
    private enum Batch {
        case gaps([AuditGap])
        case owners(ArraySlice<AuditedOwner>)
    }

    private func documents(of batch: Batch, _ decider: AuditDecider) -> [ScannedDocument] {
        switch batch {
        case .gaps(let gaps): gaps.map(\.document)
        case .owners(let owners): owners.map { $0.document(decidedBy: decider) }
        }
    }

    /// The gaps, and the owners of each Namespace in pieces.
    private func batches(limit: Int) -> [Batch] {
        var batches: [Batch] = gaps.isEmpty ? [] : [.gaps(gaps)]
        var start = owners.startIndex
        for index in owners.indices where index > start {
            let isSame = owners[index].identity.namespace == owners[start].identity.namespace
            guard !isSame || index - start >= limit else { continue }
            batches.append(.owners(owners[start..<index]))
            start = index
        }
        if start < owners.endIndex { batches.append(.owners(owners[start...])) }
        return batches
    }
}
