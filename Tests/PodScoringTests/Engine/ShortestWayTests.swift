import KubernetesAPI
import Testing

@testable import PodScoring

/// Pseudo-random numbers that are the same in every run.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 33)
    }
}

@Suite struct ShortestWayTests {
    /// A ruleset of made-up rules that all fail.
    fileprivate static func ruleset(_ count: Int, using numbers: inout Numbers) -> Ruleset {
        var free = Array(0..<count)
        free.shuffle(using: &numbers)
        var implied: [Int: Int] = [:]
        for _ in 0..<count / 3 {
            // At most one other rule implies each rule, and a rule that implies another one is not implied.
            let (parent, child) = (free.removeLast(), free.removeLast())
            implied[parent] = child
        }
        let entries = (0..<count).map { index in
            let points = Int.random(in: -9...5, using: &numbers)
            let rule = Rule(
                id: "R\(index)",
                selector: "s\(100 + index)",
                polarity: points < 0 ? .negative : .positive,
                scope: .pod,
                reason: "made up",
                fix: "fix",
                fixClass: Bool.random(using: &numbers) ? .manifest : .value,
                example: "a: b",
                references: ["https://example.org/"],
                implies: implied[index].map { ["R\($0)"] } ?? []
            )
            return Ruleset.Entry(rule, points: points, kinds: .pod) { _ in .fails([]) }
        }
        return Ruleset(name: "made/up", isReleased: false, zeroFails: false, entries: entries)
    }

    /// Returns the indices of the rules that a set of changes fixes.
    static func closure(_ changes: [Int], in ruleset: Ruleset) -> Set<Int> {
        Set(
            changes.flatMap { change in
                ruleset.entries.indices.filter { index in
                    index == change || ruleset.entries[change].rule.implies.contains(ruleset.entries[index].rule.id)
                }
            }
        )
    }

    /// Returns the size of the smallest set that meets mandatory rules and the minimum, by trying all sets; `nil` if there is none.
    static func fewest(in ruleset: Ruleset, score: Int, minimum: Int, mandatory: Set<Int>) -> Int? {
        let count = ruleset.entries.count
        var fewest: Int?
        for choice in 0..<1 << count {
            let changes = (0..<count).filter { choice >> $0 & 1 == 1 }
            let fixed = closure(changes, in: ruleset)
            let gain = fixed.reduce(0) { $0 + abs(ruleset.entries[$1].points) }
            guard mandatory.isSubset(of: fixed), score + gain >= minimum else { continue }
            fewest = min(fewest ?? .max, changes.count)
        }
        return fewest
    }

    @Test(arguments: 1...12)
    func `The way is as short as the shortest of all sets of changes`(count: Int) throws {
        var numbers = Numbers(state: UInt64(count))
        for _ in 0..<(count > 9 ? 12 : 40) {
            let ruleset = Self.ruleset(count, using: &numbers)
            let report = Scorer(ruleset).score(ScoringSubject(pod: PodSpec()))
            let mandatory = ruleset.entries.indices.filter { _ in Int.random(in: 0..<4, using: &numbers) == 0 }
            let best = ruleset.entries.reduce(report.score) { $0 + abs($1.points) }
            let minimum = Int.random(in: report.score - 2...best + 2, using: &numbers)
            let way = ShortestWay(from: report, to: minimum, mandatory: mandatory.map { ruleset.entries[$0].rule.id })
            let taken = way.changes.compactMap { change in ruleset.entries.firstIndex { $0.rule.id == change.rule } }
            let fixed = Self.closure(taken, in: ruleset)
            #expect(Set(mandatory).isSubset(of: fixed))
            #expect(way.score == fixed.reduce(report.score) { $0 + abs(ruleset.entries[$1].points) })
            let firstOptional = way.changes.firstIndex { !$0.isMandatory } ?? way.changes.count
            #expect(way.changes[firstOptional...].allSatisfy { !$0.isMandatory }, "mandatory changes come first")
            let fewest = Self.fewest(in: ruleset, score: report.score, minimum: minimum, mandatory: Set(mandatory))
            #expect((way.score >= minimum) == (fewest != nil))
            if let fewest { #expect(way.changes.count == fewest) }
        }
    }

    @Test func `Of equally short ways, the one with the most fixes to paste is taken`() {
        let pod = PodSpec()
        let report = Scorer(.podscoreV1).score(ScoringSubject(pod: pod))
        let way = ShortestWay(from: report, to: 4, mandatory: [])
        #expect(way.changes.map(\.rule) == ["SeccompAny", "ApparmorAny"])
    }

    @Test func `A rule that implies a mandatory one replaces it if that saves a change`() {
        let report = Scorer(.podscoreV1).score(ScoringSubject(pod: PodSpec()))
        #expect(ShortestWay(from: report, to: 2, mandatory: ["CapDropAny"]).changes.map(\.rule) == ["CapDropAll"])
        #expect(ShortestWay(from: report, to: 1, mandatory: ["CapDropAny"]).changes.map(\.rule) == ["CapDropAny"])
    }

    @Test(arguments: Ruleset.all)
    func `No rule is implied by two others, as the search requires`(ruleset: Ruleset) {
        let implied = ruleset.entries.flatMap(\.implies)
        #expect(Set(implied).count == implied.count, "\(ruleset.name)")
    }
}
