/// The shortest decimal digits of a floating-point number, and its texts as Go writes them.
struct NumberText {
    private let isNegative: Bool
    /// Significant digits without leading and trailing zeros; empty for zero.
    private let digits: [UInt8]
    /// The position of the decimal point, counted from before the first digit.
    private let point: Int

    /// Takes the digits of a finite 64-bit number.
    init(_ value: Double) {
        self.init(description: value.description)
    }

    /// Takes the digits of a finite 32-bit number.
    init(_ value: Float) {
        self.init(description: value.description)
    }

    /// Parses Swift's text, which also has the shortest digits: `-123.0`, `1e+21`, `5e-324`.
    private init(description: String) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent: [UInt8]?
        for byte in description.utf8 {
            switch byte {
            case UInt8(ascii: "e"): exponent = []
            case UInt8(ascii: "."): point = digits.count
            case _ where exponent != nil: exponent?.append(byte)
            case UInt8(ascii: "-"): break
            default: digits.append(byte)
            }
        }
        let shift = exponent.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        var place = (point ?? digits.count) + shift - leading
        digits.removeFirst(leading)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        if digits.isEmpty { place = 0 }
        isNegative = description.utf8.first == UInt8(ascii: "-")
        self.digits = digits
        self.point = place
    }

    /// The text in JSON: without exponent from 1e-6 up to 1e21.
    ///
    /// Source: <https://github.com/golang/go/blob/go1.22.0/src/encoding/json/encode.go#L551>
    var json: String {
        let isPlain = digits.isEmpty || (-6 < point && point <= 21)
        return isPlain ? plain : exponential(minimumExponentDigits: 1)
    }

    /// The text as a JSON key, for which Kubernetes' YAML reader uses Go's format `g`.
    ///
    /// Source: <https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/yaml.go#L246>
    var key: String {
        let isPlain = digits.isEmpty || (-4 < point && point <= 6)
        return isPlain ? plain : exponential(minimumExponentDigits: 2)
    }

    /// The text without exponent.
    private var plain: String {
        let sign = isNegative ? "-" : ""
        if digits.isEmpty { return sign + "0" }
        let text = String(decoding: digits, as: UTF8.self)
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + text }
        if point >= digits.count { return sign + text + String(repeating: "0", count: point - digits.count) }
        return sign + String(decoding: digits[..<point], as: UTF8.self) + "." + String(decoding: digits[point...], as: UTF8.self)
    }

    /// The text with one digit before the point and an exponent.
    private func exponential(minimumExponentDigits: Int) -> String {
        var text = isNegative ? "-" : ""
        text += String(decoding: digits.prefix(1), as: UTF8.self)
        if digits.count > 1 { text += "." + String(decoding: digits.dropFirst(), as: UTF8.self) }
        let exponent = point - 1
        text += exponent < 0 ? "e-" : "e+"
        let magnitude = String(exponent.magnitude)
        return text + String(repeating: "0", count: max(0, minimumExponentDigits - magnitude.utf8.count)) + magnitude
    }
}
