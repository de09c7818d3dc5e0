/// A page of metrics in Prometheus' text format 0.0.4, family by family.
///
/// Source: <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>
package struct MetricsText: Sendable {
    /// The `Content-Type` of the page.
    package static let contentType: StaticString = "text/plain; version=0.0.4; charset=utf-8"

    /// The page so far; each line ends with a line feed.
    package private(set) var bytes: [UInt8] = []

    /// Starts an empty page.
    package init() {}

    /// Begins a family with its help and type; its samples must follow.
    package mutating func begin(_ family: MetricFamily) {
        append("# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.kind.rawValue)\n")
    }

    /// Writes one sample, with a value for each of the family's labels.
    package mutating func sample(_ family: MetricFamily, _ value: some BinaryInteger, labels: [String] = []) {
        write(family.name, zip(family.labels, labels), "\(value)")
    }

    /// Writes one sample with a floating-point value.
    package mutating func sample(_ family: MetricFamily, _ value: Double, labels: [String] = []) {
        write(family.name, zip(family.labels, labels), Self.text(of: value))
    }

    /// Writes the samples of one histogram: the cumulative buckets, then sum and count.
    package mutating func histogram(_ family: MetricFamily, _ histogram: Histogram, labels values: [String] = []) {
        let labels = Array(zip(family.labels, values))
        var below = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            below += count
            write(family.name + "_bucket", labels + [("le", Self.text(of: bound))], "\(below)")
        }
        write(family.name + "_bucket", labels + [("le", "+Inf")], "\(histogram.count)")
        write(family.name + "_sum", labels, Self.text(of: histogram.sum))
        write(family.name + "_count", labels, "\(histogram.count)")
    }

    private mutating func write(_ name: String, _ labels: some Sequence<(String, String)>, _ value: String) {
        append(name)
        var separator = "{"
        for (label, value) in labels {
            append("\(separator)\(label)=\"")
            appendEscaped(value)
            append("\"")
            separator = ","
        }
        append(separator == "," ? "} \(value)\n" : " \(value)\n")
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

    /// Omits the fraction of whole numbers.
    private static func text(of value: Double) -> String {
        guard let whole = Int(exactly: value) else { return "\(value)" }
        return "\(whole)"
    }
}
