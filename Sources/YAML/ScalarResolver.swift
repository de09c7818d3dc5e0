/// The meaning of a plain scalar.
enum ResolvedScalar: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// An integer above those of `Int64`.
    case unsigned(UInt64)
    case float(Double)
    /// The text itself.
    case string
}

/// Resolves plain scalars by the rules of the YAML reader of Kubernetes' tools: YAML 1.1 words, Go's integers.
///
/// Source: <https://github.com/go-yaml/yaml/blob/v2.4.0/resolve.go>, which sigs.k8s.io/yaml keeps as its fork.
enum ScalarResolver {
    /// Resolves a scalar without a tag.
    static func resolve(_ text: Span<UInt8>) -> ResolvedScalar {
        guard text.count > 0 else { return .null }
        switch text[0] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return resolveNumber(text)
        case UInt8(ascii: "."):
            return word(text) ?? float(Array(copying: text)) ?? .string
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
            UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "~"):
            return word(text) ?? .string
        default:
            return .string
        }
    }

    /// The words with a special meaning, each packed into an integer.
    private static let words: [(packed: UInt64, meaning: ResolvedScalar)] = {
        let groups: [(ResolvedScalar, [StaticString])] = [
            (.bool(true), ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]),
            (.bool(false), ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]),
            (.null, ["~", "null", "Null", "NULL"]),
            (.float(.nan), [".nan", ".NaN", ".NAN"]),
            (.float(.infinity), [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"]),
            (.float(-.infinity), ["-.inf", "-.Inf", "-.INF"]),
        ]
        return groups.flatMap { meaning, words in words.map { (pack($0.description.utf8.span), meaning) } }
    }()

    /// Looks a text up among the words.
    private static func word(_ text: Span<UInt8>) -> ResolvedScalar? {
        guard text.count <= 5 else { return nil }
        let packed = pack(text)
        return words.first { $0.packed == packed }?.meaning
    }

    /// Packs up to eight bytes into an integer.
    private static func pack(_ text: Span<UInt8>) -> UInt64 {
        var packed: UInt64 = 0
        for index in text.indices { packed = packed << 8 | UInt64(text[index]) }
        return packed
    }
}

extension ScalarResolver {
    /// Resolves a scalar that begins like a number.
    private static func resolveNumber(_ text: Span<UInt8>) -> ResolvedScalar {
        if let value = shortDecimal(text) { return .integer(value) }
        if let meaning = word(text) { return meaning }
        var digits: [UInt8] = []
        digits.reserveCapacity(text.count)
        for index in text.indices where text[index] != UInt8(ascii: "_") {
            // A byte that occurs in no number ends the search early, as for quantities, dates and addresses.
            guard isNumberByte(text[index]) else { return .string }
            digits.append(text[index])
        }
        return integer(digits) ?? float(digits) ?? .string
    }

    /// Computes a decimal integer of at most 18 digits without sign, leading zero or underscore.
    private static func shortDecimal(_ text: Span<UInt8>) -> Int64? {
        guard text.count <= 18, text[0] != UInt8(ascii: "0") else { return text.count == 1 && text[0] == UInt8(ascii: "0") ? 0 : nil }
        var value: Int64 = 0
        for index in text.indices {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return value
    }

    /// Tells whether a byte occurs in any form of number.
    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "."), UInt8(ascii: "+"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Computes an integer in Go's notation: an optional sign, `0x`, `0o`, `0b` or a leading zero for octal, digits.
    private static func integer(_ text: [UInt8]) -> ResolvedScalar? {
        let isSigned = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
        let isNegative = text.first == UInt8(ascii: "-")
        guard let magnitude = magnitude(of: text.dropFirst(isSigned ? 1 : 0)) else { return nil }
        if isNegative {
            return magnitude <= Int64.min.magnitude ? .integer(Int64(truncatingIfNeeded: 0 &- magnitude)) : nil
        }
        if magnitude <= Int64.max.magnitude { return .integer(Int64(magnitude)) }
        return isSigned ? nil : .unsigned(magnitude)
    }

    /// Computes the value of unsigned digits with a prefix; `nil` beyond 64 bits or for other bytes.
    private static func magnitude(of text: ArraySlice<UInt8>) -> UInt64? {
        guard let first = text.first else { return nil }
        var digits = text
        var radix: UInt64 = 10
        if first == UInt8(ascii: "0") {
            switch text.count >= 3 ? text[text.startIndex + 1] | 0x20 : 0 {
            case UInt8(ascii: "x"): (radix, digits) = (16, text.dropFirst(2))
            case UInt8(ascii: "o"): (radix, digits) = (8, text.dropFirst(2))
            case UInt8(ascii: "b"): (radix, digits) = (2, text.dropFirst(2))
            default: (radix, digits) = (8, text.dropFirst())
            }
        }
        var value: UInt64 = 0
        for byte in digits {
            guard let digit = digit(byte), digit < radix else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: radix)
            let (sum, carried) = product.addingReportingOverflow(digit)
            guard !overflowed, !carried else { return nil }
            value = sum
        }
        return value
    }

    /// The value of a decimal or hexadecimal digit.
    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    /// Computes a decimal floating-point number; `nil` if the text is not one or is beyond the range of 64 bits.
    private static func float(_ text: [UInt8]) -> ResolvedScalar? {
        var rest = text[...]
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        var digitCount = skipDigits(&rest)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            digitCount += skipDigits(&rest)
        }
        guard digitCount > 0 else { return nil }
        if let exponent = rest.first, exponent | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard skipDigits(&rest) > 0 else { return nil }
        }
        guard rest.isEmpty, let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return .float(value)
    }

    /// Skips decimal digits and counts them.
    private static func skipDigits(_ text: inout ArraySlice<UInt8>) -> Int {
        let count = text.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
        text = text.dropFirst(count)
        return count
    }
}

extension Array<UInt8> {
    /// Copies the bytes of a span.
    init(copying span: Span<UInt8>) {
        self.init()
        reserveCapacity(span.count)
        for index in span.indices { append(span[index]) }
    }
}

/// The tags that decide the type of a scalar; under any other tag a scalar is a string.
enum ScalarTag: String {
    case str, bool, int, float, null, timestamp, binary

    /// The prefix of YAML's own tags.
    static let prefix = "tag:yaml.org,2002:"

    /// Reads a full tag; `nil` for tags that are not YAML's own.
    init?(parsing name: String) {
        guard name.utf8.starts(with: Self.prefix.utf8) else { return nil }
        self.init(rawValue: String(decoding: name.utf8.dropFirst(Self.prefix.utf8.count), as: UTF8.self))
    }

    /// The full tag.
    var name: String { Self.prefix + rawValue }

    /// The tag as documents write it.
    var shortName: String { "!!" + rawValue }

    /// Resolves a text by this tag; `nil` if it is not a value of that type.
    func accept(_ text: Span<UInt8>) -> ResolvedScalar? {
        let resolved = ScalarResolver.resolve(text)
        return switch (self, resolved) {
        case (.str, _), (.binary, _): .string
        case (.timestamp, .string): Self.beginsLikeDate(text) ? .string : nil
        case (.bool, .bool), (.null, .null), (.int, .integer), (.int, .unsigned), (.float, .float), (.float, .integer): resolved
        case (.timestamp, _), (.bool, _), (.null, _), (.int, _), (.float, _): nil
        }
    }

    /// Tells whether a text begins with a year and a hyphen, as every timestamp does; the rest is not checked.
    private static func beginsLikeDate(_ text: Span<UInt8>) -> Bool {
        guard text.count > 4, text[4] == UInt8(ascii: "-") else { return false }
        for index in 0..<4 where text[index] &- UInt8(ascii: "0") > 9 { return false }
        return true
    }
}
