import KubernetesAPI

/// Reads the parts of a form with a file.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc7578>
struct MultipartReader {
    /// The most parts; the page's form has five.
    private static let partLimit = 16
    /// The longest header of a part, in bytes.
    private static let headerByteLimit = 4_096
    private static let lineBreak: [UInt8] = [0x0D, 0x0A]

    /// The line break and the marker before each part.
    private let delimiter: [UInt8]

    /// Reads parts that are divided by a boundary.
    init(boundary: [UInt8]) {
        delimiter = Self.lineBreak + Array("--".utf8) + boundary
    }

    /// Reads the fields of a body; `nil` if it is malformed.
    func form(in body: Span<UInt8>) -> PageForm? {
        var fields = PostedFields()
        // Nothing stands before the first marker.
        guard body.has(delimiter[Self.lineBreak.count...], at: 0) else { return nil }
        var start = delimiter.count - Self.lineBreak.count
        for _ in 0...Self.partLimit {
            if body.has(Array("--".utf8)[...], at: start) { return fields.form }
            let headerLimit = min(body.count, start + Self.headerByteLimit)
            let end = Self.lineBreak + Self.lineBreak
            guard body.has(Self.lineBreak[...], at: start), let headerEnd = body.index(of: end, in: start..<headerLimit) else { return nil }
            let contentStart = headerEnd + end.count
            guard let contentEnd = body.index(of: delimiter, in: contentStart..<body.count) else { return nil }
            let header = String(copying: body.extracting(start..<headerEnd))
            if let name = Self.name(in: header) {
                fields.take(name, Array(copying: body.extracting(contentStart..<contentEnd)))
            }
            start = contentEnd + delimiter.count
        }
        return nil
    }

    /// The name of the field in the header of a part; `nil` if it has none.
    private static func name(in header: String) -> String? {
        for line in header.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            for parameter in parameters(of: line) {
                let pair = parameter.split(separator: "=", maxSplits: 1).map { FormEncoding.trimmed($0) }
                guard pair.count == 2, pair[0].lowercased().hasSameBytes(as: "name") else { continue }
                return String(pair[1].drop { $0 == "\"" }.prefix { $0 != "\"" })
            }
        }
        return nil
    }

    /// The parameters of a header field, between semicolons; the name of a file can have one between quotation marks.
    private static func parameters(of field: Substring) -> ArraySlice<Substring> {
        var isQuoted = false
        return field.split { character in
            if character == "\"" { isQuoted.toggle() }
            return character == ";" && !isQuoted
        }.dropFirst()
    }
}
