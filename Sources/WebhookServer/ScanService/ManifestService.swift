/// Scores posted manifests; the program implements it with the scanner, tests have their own.
package protocol ManifestService: Sendable {
    /// The rules that score one request.
    associatedtype Basis: Sendable

    /// The name of the ruleset, for the page that explains the service.
    var rulesetName: String { get }

    /// The rules for a request that names some; all rules if it names none.
    func basis(rules: [String]) throws(UnusableRules) -> Basis

    /// Scores all documents of a body; stops if the reports get larger than the limit in bytes.
    func answer(_ body: Span<UInt8>, by basis: Basis, byteLimit: Int) -> ManifestAnswer

    /// Writes the page for a browser: the form, and the result of the manifest or the example that the form has.
    func page(_ form: PageForm, byteLimit: Int) -> PageAnswer
}

/// Why the rules that a request names can't be used.
package struct UnusableRules: Error, Equatable {
    /// One line.
    package let message: String

    /// One line.
    package init(_ message: String) {
        self.message = message
    }
}

/// The result of scoring a body.
package enum ManifestAnswer: Sendable, Equatable {
    /// The number of documents by result.
    package struct Counts: Sendable, Equatable {
        /// Documents with a score.
        package var scored = 0
        /// Documents of kinds that no rule knows.
        package var skipped = 0
        /// Documents that could not be read.
        package var invalid = 0

        /// Starts with zeros.
        package init() {}
    }

    /// A JSON array with a report for each document; `isWellFormed` is whether all documents could be parsed.
    case reports([UInt8], isWellFormed: Bool, Counts)
    /// Nothing could be parsed; lines say what is wrong and where.
    case unreadable([String])
    /// The reports would be larger than the limit.
    case tooLarge
}

/// A page for a browser.
package struct PageAnswer: Sendable, Equatable {
    /// Whether the page shows what was asked for.
    package enum Completeness: Sendable, Equatable {
        /// All of it.
        case complete
        /// A choice of the form is invalid; the page says which one and why.
        case invalidChoice
        /// The result would be larger than the limit; the page says so.
        case tooLarge
    }

    /// The page in UTF-8.
    package let bytes: [UInt8]
    /// The `Content-Security-Policy` of the page.
    package let contentPolicy: String
    /// Whether the page shows what was asked for.
    package let completeness: Completeness
    /// The number of documents by result.
    package let counts: ManifestAnswer.Counts

    /// A page.
    package init(
        _ bytes: [UInt8],
        contentPolicy: String,
        _ completeness: Completeness = .complete,
        counts: ManifestAnswer.Counts = ManifestAnswer.Counts()
    ) {
        self.bytes = bytes
        self.contentPolicy = contentPolicy
        self.completeness = completeness
        self.counts = counts
    }
}
