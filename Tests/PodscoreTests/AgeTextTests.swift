import Platform
import Testing

@testable import podscore

@Suite struct AgeTextTests {
    @Test(arguments: [
        (-5, "0 s"), (0, "0 s"), (59, "59 s"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h 0 min"), (11_100, "3 h 5 min"),
        (172_799, "47 h 59 min"), (172_800, "2 days"), (864_000, "10 days"),
    ])
    func `An age has its largest units`(seconds: Int, text: String) {
        #expect(AgeText.of(seconds: seconds) == text)
    }

    @Test(arguments: [(0, "00:00"), (1_795_951_231, "11:20"), (86_399, "23:59"), (86_700, "00:05")])
    func `The time of day has hour and minute in UTC`(seconds: Int64, text: String) {
        #expect(AgeText.clock(UnixTime(seconds: seconds)) == text)
    }
}
