/// A day of the Gregorian calendar; policies and logs mean days in UTC.
package struct CivilDate: Sendable, Hashable, Comparable {
    /// The first and the last day that four digits of a year can name, as days since 1970-01-01.
    private static let known: ClosedRange<Int64> = -719_528...2_932_896

    /// The number of days since 1970-01-01; negative before.
    package let daysSinceEpoch: Int64

    /// The day `daysSinceEpoch` days after 1970-01-01, clamped to the years 0 to 9999.
    package init(daysSinceEpoch: Int64) {
        self.daysSinceEpoch = min(max(daysSinceEpoch, Self.known.lowerBound), Self.known.upperBound)
    }

    /// Reads a day written as `2027-03-31`; `nil` for anything else, such as February 30.
    package init?(parsing text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]), let day = Self.number(bytes[8..<10])
        else { return nil }
        let date = Self(daysSinceEpoch: Self.days(year: year, month: month, day: day))
        // A day that does not exist has become one of the next month.
        guard 1...12 ~= month, 1...31 ~= day, date.parts == (year, month, day) else { return nil }
        self = date
    }

    /// The day a number of days later; earlier if negative.
    package func advanced(byDays days: Int) -> Self {
        let (sum, overflows) = daysSinceEpoch.addingReportingOverflow(Int64(days))
        return Self(daysSinceEpoch: overflows ? (days < 0 ? .min : .max) : sum)
    }

    /// The number of days from another day to this one; negative when this one is earlier.
    package func days(since other: Self) -> Int {
        Int(daysSinceEpoch - other.daysSinceEpoch)
    }

    package static func < (first: Self, second: Self) -> Bool {
        first.daysSinceEpoch < second.daysSinceEpoch
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var number: Int64 = 0
        for digit in digits {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
            number = number * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return number
    }

    /// The days since 1970-01-01, in eras of 400 years that begin in March, so that leap days come last in their year.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month > 2 ? year : year - 1
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The year, the month from 1 and the day of the month from 1.
    package var parts: (year: Int64, month: Int64, day: Int64) {
        let days = daysSinceEpoch + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension CivilDate: CustomStringConvertible {
    /// The day as ``init(parsing:)`` reads it: `2027-03-31`.
    package var description: String {
        let (year, month, day) = parts
        return [Self.padded(year, to: 4), Self.padded(month, to: 2), Self.padded(day, to: 2)].joined(separator: "-")
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
