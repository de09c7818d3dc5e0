import KubernetesAPI
import Testing

struct CivilDateTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2027-03-31", 20_908), ("2028-02-29", 21_243),
        ("0000-01-01", -719_528), ("9999-12-31", 2_932_896),
    ])
    func `A day is written as it was read`(text: String, days: Int64) {
        #expect(CivilDate(parsing: text)?.daysSinceEpoch == days)
        #expect(CivilDate(daysSinceEpoch: days).description == text)
    }

    @Test(arguments: [
        "", "2027-02-29", "2027-02-30", "2100-02-29", "2027-04-31", "2027-13-01", "2027-00-10", "2027-01-00", "2027-1-1", "27-01-01",
        "2027/01/01", "2027-01-01T00:00:00Z", " 2027-01-01", "+027-01-01", "２027-01-01", "2027-01-0a",
    ])
    func `Every other text is rejected`(text: String) {
        #expect(CivilDate(parsing: text) == nil)
    }

    @Test func `The days of four centuries follow each other`() {
        var (year, month, day) = (1_999, 12, 31)
        let first = CivilDate(parsing: "2000-01-01")?.daysSinceEpoch ?? 0
        for number in first..<first + 146_097 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            day += 1
            if day > length { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
            let text = CivilDate(daysSinceEpoch: number).description
            guard text == "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)" else {
                Issue.record("\(number) is \(text)")
                return
            }
        }
    }

    @Test func `Days before year 0 and after year 9999 are clamped`() {
        #expect(CivilDate(daysSinceEpoch: .max).description == "9999-12-31")
        #expect(CivilDate(daysSinceEpoch: .min).description == "0000-01-01")
        #expect(CivilDate(daysSinceEpoch: .max).advanced(byDays: .max).description == "9999-12-31")
        #expect(CivilDate(daysSinceEpoch: 0).advanced(byDays: .min).description == "0000-01-01")
    }
}
