import Platform

extension UnixTime {
    /// Appends the time as RFC 3339 in UTC with milliseconds, such as `2027-03-31T08:15:00.042Z`.
    func appendTimestamp(to bytes: inout [UInt8]) {
        let (day, second) = Self.split(seconds, by: 86_400)
        let date = Self.civilDate(daysSinceEpoch: day)
        Self.appendPair(date.year / 100, to: &bytes)
        Self.appendPair(date.year, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.appendPair(date.month, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.appendPair(date.day, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        Self.appendPair(second / 3_600, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.appendPair(second / 60 % 60, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.appendPair(second % 60, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        bytes.append(UInt8(ascii: "0") + UInt8(milliseconds / 100 % 10))
        Self.appendPair(Int64(milliseconds), to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// The time as RFC 3339.
    var timestamp: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        appendTimestamp(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Converts a day to the proleptic Gregorian calendar, counting from 1 March of year 0 so that leap days come last.
    ///
    /// Source: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>
    private static func civilDate(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = split(daysSinceEpoch + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Divides towards minus infinity, so that times before 1970 work.
    private static func split(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// Appends the last two digits of a number, which is not negative.
    private static func appendPair(_ value: Int64, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0") + UInt8(value / 10 % 10))
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}
