/// What scores the manifests that are posted; the program puts the scanner behind it, tests their own.
package protocol ManifestService: Sendable {
    /// What one request is scored by.
    associatedtype Basis: Sendable

    /// What is scored by, in one word, for the page that explains the service.
    var rulesetName: String { get }

    /// What a request is scored by that asks for these rules alone; all of them when it names none.
    func basis(rules: [String]) throws(UnusableRules) -> Basis

    /// Scores all documents of a body, and stops where the reports get larger than the limit in bytes.
    func answer(_ body: Span<UInt8>, by basis: Basis, byteLimit: Int) -> ManifestAnswer
}

/// Why a request's choice of rules can't be used.
package struct UnusableRules: Error, Equatable {
    /// One line.
    package let message: String

    /// One line.
    package init(_ message: String) {
        self.message = message
    }
}

/// What the documents of one body came to.
package enum ManifestAnswer: Sendable, Equatable {
    /// How many documents came to what.
    package struct Counts: Sendable, Equatable {
        /// Documents with a score.
        package var scored = 0
        /// Documents of kinds that no rule knows.
        package var notScorable = 0
        /// Documents that could not be read.
        package var broken = 0

        /// Begins with none.
        package init() {}
    }

    /// A JSON array with a report a document; `isWellFormed` is whether all of them could be parsed, whatever they say.
    case reports([UInt8], isWellFormed: Bool, Counts)
    /// Nothing could be parsed; one line says what is wrong and where.
    case unreadable(String)
    /// The reports would be larger than the limit.
    case tooLarge
}
