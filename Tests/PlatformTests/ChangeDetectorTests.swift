import Testing

@testable import Platform

@Suite struct ChangeDetectorTests {
    /// What happens after each look: `.` for nothing, `R` for a read; looks are letters, and reading began after an `a`.
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
        // A change is acted upon when it has come to rest, once.
        ("abbbb", "..R.."),
        // What changes and changes back is nothing.
        ("abaab", "....."),
        // Changes that follow each other wait for each other.
        ("bcdd", "...R"),
        // A change of what was read.
        ("bbccdd", ".R.R.R"),
        ("bbaa", ".R.R"),
        // What never rests is read all the same, and again.
        ("bcdefghijklmn", "..........R.."),
    ])
    func `Files are read when a change has come to rest`(looks: String, expected: String) {
        #expect(Self.actions(looks) == expected)
    }

    @Test(arguments: [
        ("bbbbb", ".Rr.."), ("bbccc", ".Rr.."), ("bbbcc", ".Rr.R"),
    ])
    func `A retry comes with the next look, whatever it sees`(looks: String, expected: String) {
        #expect(Self.actions(looks, askingForRetryAt: [1]) == expected)
    }
}
