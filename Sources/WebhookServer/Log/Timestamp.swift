import KubernetesAPI
import Platform

extension UnixTime {
    /// Appends the time as RFC 3339 in UTC with milliseconds, such as `2027-03-31T08:15:00.042Z`.
    func appendTimestamp(to bytes: inout [UInt8]) {
        let (day, second) = daysAndSeconds
        let date = CivilDate(daysSinceEpoch: day).parts
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

    /// The days since 1970-01-01, rounded down also for earlier times, and the seconds of the day.
    private var daysAndSeconds: (days: Int64, seconds: Int64) {
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        return rest < 0 ? (days - 1, rest + 86_400) : (days, rest)
    }

    /// Appends the last two digits of a number that is not negative.
    private static func appendPair(_ value: Int64, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0") + UInt8(value / 10 % 10))
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}
