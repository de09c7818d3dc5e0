/// A page of metrics in Prometheus' text format 0.0.4, family by family.
///
/// Source: <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>
package struct MetricsText: Sendable {
    /// What a family's values mean over time.
    package enum Kind: String, Sendable {
        /// Only grows.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts by size.
        case histogram
    }

    /// A label's name and its value, which is escaped when it is written.
    package typealias Label = (name: StaticString, value: String)

    /// The `Content-Type` of the page.
    package static let contentType: StaticString = "text/plain; version=0.0.4; charset=utf-8"

    /// The page so far; each line ends with a line feed.
    package private(set) var bytes: [UInt8] = []

    /// Begins an empty page.
    package init() {}

    /// Begins a family: its help and type, which stand before its samples.
    package mutating func family(_ name: String, _ kind: Kind, help: String) {
        append("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
    }

    /// Writes one sample.
    package mutating func sample(_ name: String, _ labels: [Label], _ value: some BinaryInteger) {
        begin(name, labels)
        append("\(value)\n")
    }

    /// Writes one sample whose value need not be whole.
    package mutating func sample(_ name: String, _ labels: [Label], _ value: Double) {
        begin(name, labels)
        append(Self.text(of: value) + "\n")
    }

    /// Writes the samples of one histogram: the buckets, each with all that lies below it, then sum and count.
    package mutating func histogram(_ name: String, _ labels: [Label], _ histogram: Histogram) {
        var below = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            below += count
            sample(name + "_bucket", labels + [("le", Self.text(of: bound))], below)
        }
        sample(name + "_bucket", labels + [("le", "+Inf")], histogram.count)
        sample(name + "_sum", labels, histogram.sum)
        sample(name + "_count", labels, histogram.count)
    }

    private mutating func begin(_ name: String, _ labels: [Label]) {
        append(name)
        for (index, label) in labels.enumerated() {
            append(index == 0 ? "{" : ",")
            append("\(label.name)=\"")
            appendEscaped(label.value)
            append("\"")
        }
        append(labels.isEmpty ? " " : "} ")
    }

    private mutating func appendEscaped(_ value: String) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            default: bytes.append(byte)
            }
        }
    }

    private mutating func append(_ text: String) {
        bytes += text.utf8
    }

    /// Leaves out the fraction of whole numbers.
    private static func text(of value: Double) -> String {
        guard let whole = Int(exactly: value) else { return "\(value)" }
        return "\(whole)"
    }
}
