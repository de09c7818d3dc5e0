/// A family of metrics, as the page and docs/operations.md describe it.
package struct MetricFamily: Sendable, Equatable {
    /// What a family's values mean over time.
    package enum Kind: String, Sendable {
        /// Only grows.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts by size.
        case histogram
    }

    /// The name without the endings of a histogram's samples.
    package let name: String
    /// What the values mean over time.
    package let kind: Kind
    /// The names of the labels, in the order in which they are written.
    package let labels: [String]
    /// One sentence.
    package let help: String

    /// Describes a family.
    init(_ name: String, _ kind: Kind, _ labels: [String] = [], help: String) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
    }

    /// The row of the table in docs/operations.md.
    package var documentationRow: String {
        let labels = labels.isEmpty ? "–" : labels.map { "`\($0)`" }.joined(separator: ", ")
        return "| `\(name)` | \(kind.rawValue) | \(labels) | \(help) |"
    }
}
