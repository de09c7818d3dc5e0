import KubernetesAPI
import PodScoring
import TestSupport
import Testing

@testable import AdmissionPolicy

/// Minimum scores in labels of a Namespace, which only tighten what a policy says.
struct NamespaceLabelDecisionTests {
    /// Scores 3 of 8.
    private static let bare = AdmissionRequest.create(.pod(.of(.bare("app"))))

    private static func labels(enforce: String? = nil, warn: String? = nil, audit: String? = nil) -> NamespaceLabels {
        NamespaceLabels(MinimumLabel.keys) { key in
            switch MinimumLabel(rawValue: key) {
            case .enforce: enforce
            case .warn: warn
            case .audit: audit
            case nil: nil
            }
        }
    }

    private static func set(_ policies: ScorePolicy...) -> PolicySet {
        PolicySet(policies: policies, builtInDefault: .builtInDefault(under: MadeUp.ruleset), ownNamespace: "podscore")
    }

    private static func decide(
        _ policy: ScorePolicy,
        _ labels: NamespaceLabels,
        _ request: AdmissionRequest = bare,
        mode: EnforcementMode = .enforce,
        on day: CivilDate = .today
    ) -> Decision {
        Decider(mode: mode, today: day).decide(request, by: set(policy), knowing: .labels(labels))
    }

    private static func level(_ minimum: Int?) -> ScorePolicy.Level? { minimum.map { .asking($0) } }

    @Test(
        arguments: [
            // The policy's minimum, the label, and the minimum that is in force.
            (5, "6", 6), (5, "5", 5), (5, "4", 5), (5, "0", 5), (nil, "4", 4), (nil, "0", 0), (-9, "0", 0), (5, nil, 5), (5, "8", 8),
            // No minimum scores.
            (5, "9", 5), (5, "-3", 5), (5, "high", 5), (5, "", 5), (5, "06", 5), (5, "6.0", 5), (5, "+6", 5), (5, " 6", 5), (5, "٦", 5),
            (5, "99999999999999999999", 5), (nil, "high", nil),
        ] as [(Int?, String?, Int?)]
    )
    func `A label replaces a minimum that is lower, in each level`(minimum: Int?, label: String?, expected: Int?) {
        for level in MinimumLabel.allCases {
            let written = Self.level(minimum)
            let policy = ScorePolicy.payments(
                enforce: level == .enforce ? written : nil,
                warn: level == .warn ? written : nil,
                audit: level == .audit ? written : nil
            )
            let labels = NamespaceLabels([level.rawValue]) { _ in label }
            let tightened = policy.tightened(by: labels).policy
            #expect(tightened.level(of: level)?.minimumScore(on: .today) == expected)
            for other in MinimumLabel.allCases where other != level { #expect(tightened.level(of: other) == nil) }
            #expect((tightened === policy) == (expected == minimum))
            #expect(Self.decide(policy, labels).minimumScore == expected)
        }
    }

    @Test func `A label turns on a level that is off, with its minimum alone`() {
        let policy = ScorePolicy.payments(warn: .asking(4, require: ["NonRoot"]))
        let decision = Self.decide(policy, Self.labels(enforce: "6"))
        #expect(Summary(decision) == Summary(.deny, 3, ["minimumScore"], warns: false))
        #expect(Summary(Self.decide(policy, Self.labels(audit: "6"))) == Summary(.warn, 3, ["NonRoot", "minimumScore"]))
    }

    @Test func `A level keeps its other demands, and the policy everything else`() {
        let policy = ScorePolicy.payments(enforce: .strict, exempt: Exemptions(), guidance: nil)
        let tightened = policy.tightened(by: Self.labels(enforce: "8")).policy
        #expect(tightened.enforce?.require == policy.enforce?.require)
        #expect(tightened.enforce?.forbid == policy.enforce?.forbid)
        #expect(tightened.name == policy.name)
        #expect(
            Self.decide(policy, Self.labels(enforce: "8")).violations == [
                .required(rule: "NonRoot"), .required(rule: "DropsAll"), .minimumScore(score: 3, minimum: 8),
            ]
        )
    }

    @Test func `An object that cannot be read is denied where a label enforces`() {
        let request = AdmissionRequest.create(.pod(.of(.bare("app")))).with { $0.object = .absent }
        #expect(Self.decide(.payments(), Self.labels(), request).outcome != .deny)
        #expect(Self.decide(.payments(), Self.labels(enforce: "1"), request).outcome == .deny)
    }

    @Test func `A denial and a warning say which label set the minimum`() {
        let policy = ScorePolicy.payments(enforce: .asking(2), warn: .asking(4))
        let denied = Self.decide(policy, Self.labels(enforce: "5"))
        #expect(
            denied.response.denial?.message.hasPrefix(
                "Pod payments/web scores 3 of 8, below the minimum 5 of policy payments, set by Namespace label "
                    + "podscore.dev/enforce-minimum-score; shortest way: "
            ) == true
        )
        #expect(denied.minimumLabels.map(\.description) == ["podscore.dev/enforce-minimum-score=5"])
        #expect(
            denied.response.auditAnnotations.contains { $0.key == "minimum-labels" && $0.value == "podscore.dev/enforce-minimum-score=5" }
        )
        let warned = Self.decide(policy, Self.labels(warn: "5"))
        #expect(
            warned.response.warnings.first
                == "Pod payments/web scores 3 of 8, below the minimum 5 of policy payments, set by Namespace label podscore.dev/warn-minimum-score"
        )
        let own = Self.decide(policy, Self.labels(warn: "4", audit: "8"))
        #expect(own.response.warnings.first == "Pod payments/web scores 3 of 8, below the minimum 4 of policy payments")
    }

    @Test func `A label raises the built-in default, which then denies`() {
        let set = PolicySet(policies: [], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "podscore")
        let decide = { Decider(mode: .enforce).decide(Self.bare, by: set, knowing: .labels($0)) }
        #expect(decide(Self.labels()).outcome == .warn)
        #expect(decide(Self.labels(enforce: "9")).outcome == .deny)
        #expect(decide(Self.labels(enforce: "9")).policy == ScorePolicy.builtInDefaultName)
    }

    private static let ramp: ScorePolicy = {
        var level = ScorePolicy.Level.asking(1)
        level.ramp = [(5, 4), (10, 6)].map { ScorePolicy.RampStep(date: CivilDate.today.advanced(byDays: $0), minimumScore: $1) }
        return .payments(enforce: level)
    }()

    @Test(arguments: [
        (0, "3", 3, true), (5, "3", 4, false), (10, "3", 6, false), (0, "4", 4, true), (5, "4", 4, false), (5, "5", 5, true),
        (10, "5", 6, false), (10, "6", 6, false), (10, "7", 7, true), (0, "1", 1, false),
    ])
    func `A label competes with the minimum of the day`(days: Int, label: String, minimum: Int, isSetByLabel: Bool) {
        let day = CivilDate.today.advanced(byDays: days)
        let policy = Self.ramp.tightened(by: Self.labels(enforce: label)).policy
        #expect(policy.enforce?.minimumScore(on: day) == minimum)
        #expect(policy.isSetByNamespace(.enforce, on: day) == isSetByLabel)
        let message = Self.decide(Self.ramp, Self.labels(enforce: label), on: day).response.denial?.message
        #expect((message?.contains("set by Namespace label") ?? isSetByLabel) == isSetByLabel || minimum <= 3)
    }

    @Test func `A later step above the label is still announced, without the label`() {
        let decision = Self.decide(Self.ramp, Self.labels(enforce: "2"))
        #expect(decision.deniedFrom == CivilDate.today.advanced(byDays: 5))
        #expect(
            decision.response.warnings.first
                == "would be denied from 2027-01-06: Pod payments/web scores 3 of 8, below the minimum 4 of policy payments"
        )
    }

    @Test func `The minimum of a label is scaled for Windows like a policy's`() {
        let pod = PodSpec.of(.bare("iis")) { $0.osName = "windows" }
        let decision = Self.decide(.payments(), Self.labels(enforce: "8"), .create(.pod(pod)))
        #expect(decision.minimumScore == 5)
        #expect(
            decision.response.denial?.message.contains("below the minimum 5 (8, scaled for Windows) of policy payments, set by") == true
        )
    }

    @Test func `A policy can ignore labels`() {
        let policy = ScorePolicy(
            name: "p",
            namespaces: [NamePattern("payments")],
            namespaceLabels: .ignore,
            ruleset: MadeUp.ruleset,
            warn: .asking(1)
        )
        let decision = Self.decide(policy, Self.labels(enforce: "8", warn: "high"))
        #expect(decision.outcome == .allow)
        #expect(decision.response.warnings == [] && decision.namespaceProblems == [])
    }

    @Test(arguments: ["kube-system", "kube-public", "kube-node-lease", "podscore"])
    func `In a system Namespace labels have an effect only if the policy names it`(namespace: String) {
        let request = Self.bare.with { $0.namespace = namespace }
        let named = ScorePolicy(name: "named", namespaces: [NamePattern(namespace)], ruleset: MadeUp.ruleset, warn: .asking(1))
        let pinned = ScorePolicy.payments(warn: .asking(1))
        let decider = Decider(mode: .enforce)
        let labels = NamespaceKnowledge.labels(Self.labels(enforce: "8"))
        #expect(decider.decide(request, by: Self.set(), knowing: labels).outcome != .deny)
        #expect(decider.decide(request, by: Self.set(pinned), pinned: pinned, knowing: labels).outcome == .allow)
        #expect(decider.decide(request, by: Self.set(named), knowing: labels).outcome == .deny)
    }

    @Test func `A pinned policy is tightened like the Namespace's`() {
        let pinned = ScorePolicy(name: "pinned", namespaces: [NamePattern("x")], ruleset: MadeUp.ruleset, warn: .asking(1))
        let decision = Decider(mode: .enforce).decide(
            Self.bare,
            by: Self.set(.payments(enforce: .asking(8))),
            pinned: pinned,
            knowing: .labels(Self.labels(enforce: "4"))
        )
        #expect(decision.policy == "pinned" && decision.minimumScore == 4 && decision.outcome == .deny)
    }

    private static let invalid =
        "Namespace payments: label podscore.dev/enforce-minimum-score has no effect: \"high\" is not a whole number from 0 to 8"

    @Test func `An invalid label leaves the policy's own minimum, and each Pod gets a warning`() {
        let policy = ScorePolicy.payments(enforce: .asking(2))
        let allowed = Self.decide(policy, Self.labels(enforce: "high"))
        #expect(allowed.outcome == .allow)
        #expect(allowed.response.warnings == [Self.invalid])
        #expect(allowed.namespaceProblems == [.invalidLabel(InvalidLabel(label: .enforce, value: "high", best: 8))])
        #expect(allowed.response.auditAnnotations.last?.value == "invalid podscore.dev/enforce-minimum-score=high")
        let denied = Self.decide(.payments(enforce: .asking(4)), Self.labels(enforce: "high"))
        #expect(denied.outcome == .deny && denied.response.warnings == [Self.invalid])
        let workload = Self.decide(policy, Self.labels(enforce: "high"), .create(.workload(.deployment, .of(.bare("app")))))
        #expect(workload.response.warnings.last == Self.invalid)
    }

    @Test func `An invalid label does not hide a valid one`() {
        let decision = Self.decide(.payments(enforce: .asking(2)), Self.labels(enforce: "high", warn: "5"))
        #expect(decision.outcome == .warn)
        #expect(decision.response.warnings.last == Self.invalid)
    }

    @Test func `Problems of labels take their room from the other warnings, so that all together stay within the limit`() {
        let entries = Ruleset.podscoreV1.controls.entries.filter { $0.kinds.contains(.pod) && $0.rule.polarity == .positive }
        let standard = PodSecurityStandard(.restricted, .latest)
        let policy = ScorePolicy.payments(warn: .asking(21, require: entries.map(\.rule.id), standard: standard), ruleset: .podscoreV1)
        let names = ["a", "b", "c"].map { String(repeating: $0, count: 63) }
        let request = AdmissionRequest.create(.pod(.of(.bare(names[0]), .bare(names[1]), .bare(names[2]))))
        let length = { (lines: [String]) in lines.reduce(0) { $0 + $1.unicodeScalars.count } }
        let full = Self.decide(policy, .none, request).response.warnings
        #expect(full.last?.hasSuffix(" more") == true && full.last?.hasPrefix("+") == true)
        let value = String(repeating: "x", count: 63)
        let lines = Self.decide(policy, Self.labels(enforce: value, warn: value, audit: value), request).response.warnings
        #expect(lines.suffix(3).allSatisfy { $0.hasPrefix("Namespace payments: label ") })
        #expect(length(full) + length(Array(lines.suffix(3))) > WarningLines.totalLimit)
        #expect(length(lines) <= WarningLines.totalLimit)
    }

    @Test func `Nothing is warned about in audit mode, and for what is not evaluated`() {
        let labels = Self.labels(enforce: "high")
        let audited = Self.decide(.payments(enforce: .asking(4)), labels, mode: .audit)
        #expect(audited.response.warnings == [] && audited.namespaceProblems.count == 1)
        let deleted = Self.decide(.payments(enforce: .asking(4)), labels, Self.bare.with { $0.operation = .delete })
        #expect(deleted.response.warnings == [] && deleted.namespaceProblems == [])
    }

    @Test func `If the labels did not come in time, the name decides, with a warning`() {
        let policy = ScorePolicy.payments(enforce: .asking(4))
        let request = Self.bare
        let plain = Decider(mode: .enforce).decide(request, by: Self.set(policy))
        let decision = Decider(mode: .enforce).decide(request, by: Self.set(policy), knowing: .missing)
        #expect(decision.response.denial == plain.response.denial)
        #expect(
            decision.response.warnings == ["Namespace payments: labels not yet known, so the policy was chosen by the name alone"]
        )
        #expect(decision.namespaceProblems == [.labelsMissing])
        #expect(decision.response.auditAnnotations.last?.key == "namespace-labels")
    }

    private static func randomLevel(_ numbers: inout SeededNumbers) -> ScorePolicy.Level? {
        guard Int.random(in: 0..<3, using: &numbers) > 0 else { return nil }
        var level = ScorePolicy.Level.asking(
            Bool.random(using: &numbers) ? Int.random(in: -3...8, using: &numbers) : nil,
            require: Bool.random(using: &numbers) ? ["NonRoot"] : []
        )
        return level.minimumScore == nil && level.require.isEmpty
            ? {
                level.minimumScore = 1; return level
            }() : level
    }

    private static func randomPolicy(_ numbers: inout SeededNumbers) -> ScorePolicy {
        var enforce = randomLevel(&numbers)
        if enforce != nil, Bool.random(using: &numbers) {
            var minimum = enforce?.minimumScore ?? -3
            enforce?.ramp = [2, 4, 6].map { days in
                minimum = min(8, minimum + Int.random(in: 0...3, using: &numbers))
                return ScorePolicy.RampStep(date: CivilDate.today.advanced(byDays: days), minimumScore: minimum)
            }
        }
        return .payments(enforce: enforce, warn: randomLevel(&numbers), audit: randomLevel(&numbers), workloads: .enforce)
    }

    private static func rank(_ decision: Decision) -> Int {
        switch decision.outcome {
        case .allow, .exempt, .unchanged: 0
        case .audit: 1
        case .warn: 2
        case .deny: 3
        }
    }

    @Test func `Labels never loosen a decision or lower a minimum, whatever they and the policy say`() {
        var numbers = SeededNumbers(seed: 13)
        var tightened = 0
        for _ in 0..<2_000 {
            let policy = Self.randomPolicy(&numbers)
            let values: [String?] = [nil, "", "0", "2", "3", "4", "5", "6", "8", "9", "-1", "x"]
            let pick = { (numbers: inout SeededNumbers) in values.randomElement(using: &numbers) ?? nil }
            let labels = Self.labels(enforce: pick(&numbers), warn: pick(&numbers), audit: pick(&numbers))
            let day = CivilDate.today.advanced(byDays: Int.random(in: 0...7, using: &numbers))
            let mode = EnforcementMode.allCases.randomElement(using: &numbers) ?? .enforce
            let container = Bool.random(using: &numbers) ? Container.good("app") : .bare("app")
            let request = AdmissionRequest.create(
                Bool.random(using: &numbers) ? .pod(.of(container)) : .workload(.deployment, .of(container))
            )
            let plain = Decider(mode: mode, today: day).decide(request, by: policy)
            let decision = Self.decide(policy, labels, request, mode: mode, on: day)
            #expect(Self.rank(decision) >= Self.rank(plain))
            #expect(
                plain.levels.allSatisfy { level in
                    decision.levels.contains { $0.effect == level.effect && $0.violations.count >= level.violations.count }
                }
            )
            for label in MinimumLabel.allCases {
                let (before, after) = (policy.level(of: label), policy.tightened(by: labels).policy.level(of: label))
                for days in 0...8 {
                    let day = CivilDate.today.advanced(byDays: days)
                    let value = labels[label.rawValue].flatMap { MinimumLabel.minimum(parsing: $0, best: 8) }
                    #expect(after?.minimumScore(on: day) == [before?.minimumScore(on: day), value].compactMap(\.self).max())
                }
            }
            if Self.rank(decision) > Self.rank(plain) { tightened += 1 }
        }
        #expect(tightened > 100)
    }

    @Test func `A Namespace without such labels gets the same answer, byte for byte`() {
        var numbers = SeededNumbers(seed: 7)
        let other = NamespaceLabels(["team"]) { _ in "shop" }
        for _ in 0..<200 {
            let policy = Self.randomPolicy(&numbers)
            let plain = Decider(mode: .enforce).decide(Self.bare, by: Self.set(policy))
            for knowledge in [NamespaceKnowledge.nameAlone, .labels(.none), .labels(other)] {
                let decision = Decider(mode: .enforce).decide(Self.bare, by: Self.set(policy), knowing: knowledge)
                #expect(decision.response.encoded(for: .v1) == plain.response.encoded(for: .v1))
            }
        }
    }

    @Test func `Selected policies decide like named ones`() {
        let selected = ScorePolicy(
            name: "selected",
            namespaces: [],
            namespaceSelector: NamespaceSelector([NamespaceSelector.Requirement("team", .isOne(["shop"]))]),
            ruleset: MadeUp.ruleset,
            enforce: .asking(4)
        )
        let decider = Decider(mode: .enforce)
        let shop = NamespaceKnowledge.labels(NamespaceLabels(["team"]) { _ in "shop" })
        #expect(decider.decide(Self.bare, by: Self.set(selected), knowing: shop).policy == "selected")
        #expect(decider.decide(Self.bare, by: Self.set(selected), knowing: shop).outcome == .deny)
        #expect(decider.decide(Self.bare, by: Self.set(selected), knowing: .missing).policy == ScorePolicy.builtInDefaultName)
        let system = Self.bare.with { $0.namespace = "kube-system" }
        #expect(decider.decide(system, by: Self.set(selected), knowing: shop).policy == ScorePolicy.builtInDefaultName)
    }
}
