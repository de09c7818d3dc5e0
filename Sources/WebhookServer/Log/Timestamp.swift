import KubernetesAPI
import Platform

extension UnixTime {
    /// Appends the time as RFC 3339 in UTC with milliseconds, such as `2027-03-31T08:15:00.042Z`.
    func appendTimestamp(to bytes: inout [UInt8]) {
        let (day, second) = daysAndSeconds
        let date = CivilDate(daysSinceEpoch: day).parts
        bytes.append(addingCapacity: 24) { output in
            output.appendPair(date.year / 100)
            output.appendPair(date.year)
            output.append(UInt8(ascii: "-"))
            output.appendPair(date.month)
            output.append(UInt8(ascii: "-"))
            output.appendPair(date.day)
            output.append(UInt8(ascii: "T"))
            output.appendPair(second / 3_600)
            output.append(UInt8(ascii: ":"))
            output.appendPair(second / 60 % 60)
            output.append(UInt8(ascii: ":"))
            output.appendPair(second % 60)
            output.append(UInt8(ascii: "."))
            output.append(UInt8(ascii: "0") + UInt8(milliseconds / 100 % 10))
            output.appendPair(Int64(milliseconds))
            output.append(UInt8(ascii: "Z"))
        }
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
}

extension OutputSpan<UInt8> {
    /// Appends the last two digits of a number that is not negative.
    @inline(__always)
    fileprivate mutating func appendPair(_ value: Int64) {
        append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / 10 % 10))
        append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value % 10))
    }
}
