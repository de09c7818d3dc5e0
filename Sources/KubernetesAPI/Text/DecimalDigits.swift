extension [UInt8] {
    /// Appends an integer in decimal digits.
    package mutating func appendDecimal(_ number: Int) {
        // Scores, points and lines are small: writing their digits is several times faster than making a string of them.
        guard 0...9_999 ~= number else { return append(contentsOf: String(number).utf8) }
        append(addingCapacity: 4) { output in
            if number >= 1_000 { output.append(digit: number / 1_000) }
            if number >= 100 { output.append(digit: number / 100 % 10) }
            if number >= 10 { output.append(digit: number / 10 % 10) }
            output.append(digit: number % 10)
        }
    }
}

extension OutputSpan<UInt8> {
    /// Appends a digit, 0 to 9.
    @inline(__always)
    fileprivate mutating func append(digit: Int) {
        append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit))
    }
}
