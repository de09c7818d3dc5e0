import Platform

/// A line on the terminal that says how far a long scan has come, and goes away with it.
package struct ScanProgress: Sendable {
    /// How long a scan takes before anything is said.
    private static let delay = Duration.seconds(1)
    /// How long the line stays as it is.
    private static let interval = Duration.milliseconds(100)

    private let isShown: Bool
    private var files = 0
    private var documents = 0
    private var nextTime: ContinuousClock.Instant
    private var hasLine = false

    /// Begins to count; says nothing ever where nobody would see it.
    package init(isShown: Bool) {
        self.isShown = isShown
        nextTime = ContinuousClock.now + Self.delay
    }

    /// Counts what was done, and says so when it is time.
    mutating func note(files: Int, documents: Int) {
        self.files += files
        self.documents += documents
        guard isShown, ContinuousClock.now >= nextTime else { return }
        nextTime = ContinuousClock.now + Self.interval
        hasLine = true
        StandardStream.error.write("\r\u{1B}[Kscanned \(self.files) files, \(self.documents) documents")
    }

    /// Takes the line away.
    mutating func clear() {
        guard hasLine else { return }
        hasLine = false
        StandardStream.error.write("\r\u{1B}[K")
    }
}
