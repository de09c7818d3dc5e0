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
        var classes = (0..<count).map { _ in FixClass.allCases.randomElement(using: &numbers) ?? .manifest }
        // No rule has a later class than one that it implies.
        for (parent, child) in implied where classes[parent] > classes[child] { classes.swapAt(parent, child) }
        let entries = (0..<count).map { index in
            let points = Int.random(in: -9...5, using: &numbers)
            let rule = Rule(
                id: "R\(index)",
                selector: "s\(100 + index)",
                polarity: points < 0 ? .negative : .positive,
                scope: .pod,
                reason: "made up",
                fix: "fix",
                fixClass: classes[index],
                needs: classes[index] == .node ? [.appArmor, .userNamespaces].randomElement(using: &numbers) ?? [] : [],
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

    /// Returns the effort of a set of changes: the number of last resorts, of all changes, and of each class from the last one on.
    static func effort(_ changes: [Int], in ruleset: Ruleset, nodes: NodeFeatures) -> [Int] {
        let rules = changes.map { ruleset.entries[$0].rule }
        let lastResorts = rules.count { $0.fixClass == .node && !nodes.isSuperset(of: $0.nodeFeatures) }
        return [lastResorts, rules.count] + FixClass.allCases.reversed().map { fixClass in rules.count { $0.fixClass == fixClass } }
    }

    /// Returns the least effort of a set that meets mandatory rules and the minimum, by trying all sets; `nil` if there is none.
    static func least(in ruleset: Ruleset, score: Int, minimum: Int, mandatory: Set<Int>, nodes: NodeFeatures) -> [Int]? {
        let count = ruleset.entries.count
        var least: [Int]?
        for choice in 0..<1 << count {
            let changes = (0..<count).filter { choice >> $0 & 1 == 1 }
            let fixed = closure(changes, in: ruleset)
            let gain = fixed.reduce(0) { $0 + abs(ruleset.entries[$1].points) }
            guard mandatory.isSubset(of: fixed), score + gain >= minimum else { continue }
            let effort = effort(changes, in: ruleset, nodes: nodes)
            if least.map({ effort.lexicographicallyPrecedes($0) }) ?? true { least = effort }
        }
        return least
    }

    @Test(arguments: 1...12)
    func `No other set of changes takes less than the way`(count: Int) throws {
        var numbers = Numbers(state: UInt64(count))
        for _ in 0..<(count > 9 ? 12 : 40) {
            let ruleset = Self.ruleset(count, using: &numbers)
            let subject = ScoringSubject(pod: PodSpec())
            let report = Scorer(ruleset).score(subject)
            let nodes = NodeFeatures(rawValue: .random(in: 0...3, using: &numbers))
            let mandatory = ruleset.entries.indices.filter { _ in Int.random(in: 0..<4, using: &numbers) == 0 }
            let best = ruleset.entries.reduce(report.score) { $0 + abs($1.points) }
            let minimum = Int.random(in: report.score - 2...best + 2, using: &numbers)
            let way = ShortestWay(
                from: report,
                of: subject,
                to: minimum,
                mandatory: mandatory.map { ruleset.entries[$0].rule.id },
                nodes: nodes
            )
            let taken = way.changes.compactMap { change in ruleset.entries.firstIndex { $0.rule.id == change.rule } }
            let fixed = Self.closure(taken, in: ruleset)
            #expect(Set(mandatory).isSubset(of: fixed))
            #expect(way.score == fixed.reduce(report.score) { $0 + abs(ruleset.entries[$1].points) })
            let firstOptional = way.changes.firstIndex { !$0.isMandatory } ?? way.changes.count
            #expect(way.changes[firstOptional...].allSatisfy { !$0.isMandatory }, "mandatory changes come first")
            let classes = way.changes[firstOptional...].map(\.fixClass)
            #expect(classes == classes.sorted(), "the other changes are in the order of the classes")
            let least = Self.least(in: ruleset, score: report.score, minimum: minimum, mandatory: Set(mandatory), nodes: nodes)
            #expect((way.score >= minimum) == (least != nil))
            if let least { #expect(Self.effort(taken, in: ruleset, nodes: nodes) == least) }
        }
    }

    /// Returns the rules of the way from a Pod without any settings, which has 0 points of 21.
    private static func way(to minimum: Int, mandatory: [String] = [], nodes: NodeFeatures = []) -> [String] {
        let subject = ScoringSubject(pod: PodSpec())
        let report = Scorer(.podscoreV1).score(subject)
        return ShortestWay(from: report, of: subject, to: minimum, mandatory: mandatory, nodes: nodes).changes.map(\.rule)
    }

    @Test func `Of equally short ways, the one with the earlier classes is taken`() {
        #expect(Self.way(to: 1) == ["SeccompAny"])
        #expect(Self.way(to: 2) == ["CapDropAll"])
        #expect(Self.way(to: 3) == ["ServiceAccountName"])
        #expect(Self.way(to: 4) == ["SeccompAny", "ServiceAccountName"])
    }

    @Test func `Changes of nodes are taken only where no others reach the minimum`() {
        let others = Self.way(to: 17)
        #expect(others.count == 12 && !others.contains("ApparmorAny") && !others.contains("HostUsers"))
        let one = Self.way(to: 18)
        #expect(one.last == "ApparmorAny" && !one.contains("HostUsers"))
        #expect(Self.way(to: 21).suffix(2) == ["ApparmorAny", "HostUsers"])
        #expect(Self.way(to: 99).suffix(2) == ["ApparmorAny", "HostUsers"])
    }

    @Test func `Changes of nodes that have the feature count like others`() {
        #expect(Self.way(to: 6) == ["SeccompAny", "CapDropAll", "ServiceAccountName"])
        #expect(Self.way(to: 6, nodes: .userNamespaces) == ["SeccompAny", "CapDropAll", "ServiceAccountName"])
        #expect(Self.way(to: 6, nodes: .appArmor) == ["ServiceAccountName", "ApparmorAny"])
        #expect(Self.way(to: 1, nodes: [.appArmor, .userNamespaces]) == ["SeccompAny"])
    }

    @Test func `A mandatory change of nodes comes first, as every mandatory change`() {
        #expect(Self.way(to: 4, mandatory: ["ApparmorAny"]) == ["ApparmorAny", "SeccompAny"])
    }

    @Test func `A rule that implies a mandatory one replaces it if that saves a change`() {
        #expect(Self.way(to: 2, mandatory: ["CapDropAny"]) == ["CapDropAll"])
        #expect(Self.way(to: 1, mandatory: ["CapDropAny"]) == ["CapDropAny"])
    }

    @Test func `The class of a change is that of all its places`() throws {
        let spec = #"{"securityContext": {"runAsUser": 10001}, "containers": [{}, {"securityContext": {"privileged": true}}]}"#
        let subject = try ScoringSubject.pod(spec)
        let rules = ["RunAsNonRoot", "PrivilegeEscalationDisabled"]
        let way = ShortestWay(from: Scorer(.podscoreV1).score(subject), of: subject, to: -99, mandatory: rules)
        #expect(way.changes.map(\.fixClass) == [.manifest, .application])
    }

    @Test(arguments: Ruleset.all)
    func `No rule is implied by two others, as the search requires`(ruleset: Ruleset) {
        let implied = ruleset.entries.flatMap(\.implies)
        #expect(Set(implied).count == implied.count, "\(ruleset.name)")
    }
}
