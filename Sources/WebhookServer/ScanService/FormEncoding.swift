/// The form in which a body has the fields of the page.
///
/// Source: <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission-algorithm>
enum FormEncoding: Sendable, Equatable {
    /// Pairs as in a query.
    case urlEncoded
    /// A part for each field; the boundary stands between the parts.
    case multipart(boundary: [UInt8])

    /// Reads a content type; `nil` if it is not that of a form.
    init?(contentType: String) {
        let parts = contentType.split(separator: ";").map { FormEncoding.trimmed($0) }
        switch parts.first?.lowercased() {
        case "application/x-www-form-urlencoded": self = .urlEncoded
        case "multipart/form-data":
            guard let parameter = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") }) else { return nil }
            var boundary = parameter.utf8.dropFirst("boundary=".utf8.count)
            if boundary.count > 2, boundary.first == UInt8(ascii: "\""), boundary.last == UInt8(ascii: "\"") {
                boundary = boundary.dropFirst().dropLast()
            }
            guard (1...Self.boundaryByteLimit).contains(boundary.count) else { return nil }
            self = .multipart(boundary: Array(boundary))
        default: return nil
        }
    }

    /// The longest boundary, in bytes.
    ///
    /// Source: <https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1>
    private static let boundaryByteLimit = 70

    /// Reads the fields of a body, linear in its length; `nil` if it is malformed.
    func form(in body: Span<UInt8>) -> PageForm? {
        switch self {
        case .urlEncoded: Self.pairs(in: body)
        case .multipart(let boundary): MultipartReader(boundary: boundary).form(in: body)
        }
    }

    private static func pairs(in body: Span<UInt8>) -> PageForm? {
        var fields = PostedFields()
        var start = 0
        while start < body.count {
            let end = body.index(of: [UInt8(ascii: "&")], in: start..<body.count) ?? body.count
            let separator = body.index(of: [UInt8(ascii: "=")], in: start..<end) ?? end
            guard let name = decoded(body.extracting(start..<separator)) else { return nil }
            guard let value = decoded(body.extracting(min(separator + 1, end)..<end)) else { return nil }
            fields.take(String(decoding: name, as: UTF8.self), value)
            start = end + 1
        }
        return fields.form
    }

    /// Decodes `%` and `+` of a form or a query; `nil` for a malformed escape.
    static func decoded(_ text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard index + 2 < text.count, let high = hexadecimal(text[index + 1]), let low = hexadecimal(text[index + 2]) else {
                    return nil
                }
                bytes.append(high << 4 | low)
                index += 2
            default: bytes.append(text[index])
            }
            index += 1
        }
        return bytes
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// The text without the spaces and tabs around it.
    static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}

extension Span<UInt8> {
    /// The first index of some bytes in a range, all of which are in it.
    func index(of bytes: [UInt8], in range: Range<Int>) -> Int? {
        guard let first = bytes.first else { return nil }
        var index = range.lowerBound
        while index + bytes.count <= range.upperBound {
            if self[index] == first, has(bytes[...], at: index) { return index }
            index += 1
        }
        return nil
    }

    /// Whether some bytes are at an index.
    func has(_ bytes: ArraySlice<UInt8>, at index: Int) -> Bool {
        guard index + bytes.count <= count else { return false }
        var place = index
        for byte in bytes {
            guard self[place] == byte else { return false }
            place += 1
        }
        return true
    }
}

extension Array<UInt8> {
    /// Copies the bytes of a span.
    init(copying span: Span<UInt8>) {
        self.init(capacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }
}

extension String {
    /// Copies the bytes of a span; malformed ones are replaced.
    init(copying span: Span<UInt8>) {
        self.init(decoding: Array(copying: span), as: UTF8.self)
    }
}
