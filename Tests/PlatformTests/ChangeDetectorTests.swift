import Testing

@testable import Platform

@Suite struct ChangeDetectorTests {
    /// The action after each check: `.` for nothing, `R` for a read; states are letters, and the first is `a`.
    private static func actions(_ looks: String, askingForRetryAt retries: Set<Int> = []) -> String {
        var detector = ChangeDetector(knowing: Character("a"))
        var actions = ""
        for (index, look) in looks.enumerated() {
            switch detector.looked(look) {
            case .wait: actions += "."
            case .read(let isRetry):
                actions += isRetry ? "r" : "R"
                if retries.contains(index) { detector.retryAtNextLook() }
            }
        }
        return actions
    }

    @Test(arguments: [
        // Nothing changes.
        ("aaaa", "...."),
        // A complete change is read once.
        ("abbbb", "..R.."),
        // A change that is undone is not read.
        ("abaab", "....."),
        // Consecutive changes are read when the last one is complete.
        ("bcdd", "...R"),
        // A change after a read.
        ("bbccdd", ".R.R.R"),
        ("bbaa", ".R.R"),
        // Files that keep changing are read anyway, repeatedly.
        ("bcdefghijklmn", "..........R.."),
    ])
    func `Files are read when a change is complete`(looks: String, expected: String) {
        #expect(Self.actions(looks) == expected)
    }

    @Test(arguments: [
        ("bbbbb", ".Rr.."), ("bbccc", ".Rr.."), ("bbbcc", ".Rr.R"),
    ])
    func `A retry follows the next check, even without a change`(looks: String, expected: String) {
        #expect(Self.actions(looks, askingForRetryAt: [1]) == expected)
    }
}
