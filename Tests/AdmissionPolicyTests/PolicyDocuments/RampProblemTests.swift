import AdmissionPolicy
import KubernetesAPI
import Testing

struct RampProblemTests {
    /// A level that begins at line 6, column 3, with all errors about it.
    static let examples: [(level: String, problems: [String])] = [
        ("enforce: {minimumScore: 4, from: [{date: 2027-03-01, minimumScore: 4}, {date: 2027-03-02, minimumScore: 7}]}", []),
        ("enforce: {from: [{date: 2027-03-01, minimumScore: -30}]}", []),
        ("enforce: {minimumScore: 1, from: []}", []),
        (
            "enforce: {from: []}",
            ["p.yaml:6:3: enforce requires nothing; add minimumScore, require, forbid or podSecurityStandard"]
        ),
        ("enforce: {minimumScore: 1, from: {}}", ["p.yaml:6:36: from must be an array, not an object"]),
        ("enforce: {from: [4]}", ["p.yaml:6:20: from[0] must be an object, not a number"]),
        (
            "enforce: {from: [{data: 2027-03-01, minimumScore: 4, minimumScore: 5}]}",
            [
                "p.yaml:6:20: from[0] lacks date", "p.yaml:6:21: unknown field \"data\" in from[0]; did you mean date?",
                "p.yaml:6:56: duplicate field \"minimumScore\", first at 6:39",
            ]
        ),
        ("enforce: {from: [{date: 2027-03-01}]}", ["p.yaml:6:20: from[0] lacks minimumScore"]),
        (
            "enforce: {from: [{date: 2027-02-30, minimumScore: 4}, {date: 1.3.2027, minimumScore: 5}]}",
            [
                "p.yaml:6:27: invalid date \"2027-02-30\"; use YYYY-MM-DD",
                "p.yaml:6:64: invalid date \"1.3.2027\"; use YYYY-MM-DD",
            ]
        ),
        (
            "enforce: {from: [{date: 20270301, minimumScore: high}]}",
            [
                "p.yaml:6:27: date must be a string, not a number; put it in quotes",
                "p.yaml:6:51: minimumScore must be an integer, not a string",
            ]
        ),
        (
            "enforce: {from: [{date: 2027-03-01, minimumScore: 4}, {date: 2027-03-01, minimumScore: 4}]}",
            ["p.yaml:6:64: date 2027-03-01 is not after 2027-03-01, the date of the step before it"]
        ),
        (
            "enforce: {from: [{date: 2027-03-01, minimumScore: 4}, {date: 2026-12-31, minimumScore: 3}]}",
            [
                "p.yaml:6:64: date 2026-12-31 is not after 2027-03-01, the date of the step before it",
                "p.yaml:6:90: minimumScore 3 is below 4, the minimum before it; a ramp must not fall",
            ]
        ),
        (
            "enforce: {minimumScore: 5, from: [{date: 2027-03-01, minimumScore: 4}]}",
            ["p.yaml:6:70: minimumScore 4 is below 5, the minimum before it; a ramp must not fall"]
        ),
        (
            "enforce: {from: [{date: 2027-03-01, minimumScore: 11}]}",
            ["p.yaml:6:53: minimumScore 11 is above 10, the best possible score of a Pod under madeup/v2 (unreleased)"]
        ),
        (
            "warn: {minimumScore: 1, from: [{date: 2027-03-01, minimumScore: 2}]}",
            ["p.yaml:6:27: from is allowed only under enforce, not under warn"]
        ),
        (
            "audit: {minimumScore: 1, from: []}",
            ["p.yaml:6:28: from is allowed only under enforce, not under audit"]
        ),
    ]

    @Test(arguments: examples) func `Errors in a ramp are reported at their places`(level: String, problems: [String]) {
        #expect(PolicyText.problems(PolicyText.policy("match: {namespaces: [a]}\n" + level)) == problems)
    }

    @Test func `A ramp has at most 50 steps`() {
        let first = CivilDate(daysSinceEpoch: 20_818)
        let steps = (0..<52).map { "\n  - {date: \(first.advanced(byDays: $0)), minimumScore: 1}" }.joined()
        let problems = PolicyText.problems(PolicyText.policy("match: {namespaces: [a]}\nenforce:\n  from:" + steps))
        #expect(problems == ["p.yaml:58:7: more than 50 steps in from"])
    }

    @Test func `The minimum of a day is that of the last step whose date has come`() throws {
        let text = "enforce: {minimumScore: 4, from: [{date: 2027-03-01, minimumScore: 7}, {date: 2027-06-01, minimumScore: 9}]}"
        let reading = try PolicyText.read(files: [("p.yaml", PolicyText.policy("match: {namespaces: [a]}\n" + text))])
        let level = try #require(reading.policies.first?.enforce)
        let days = ["2027-02-28", "2027-03-01", "2027-05-31", "2027-06-01", "2030-01-01"].compactMap { CivilDate(parsing: $0) }
        #expect(days.map { level.minimumScore(on: $0) } == [4, 7, 7, 9, 9])
        #expect(days.map { level.steps(after: $0).count } == [2, 1, 1, 0, 0])
    }
}
