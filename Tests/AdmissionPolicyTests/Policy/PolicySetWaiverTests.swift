import PodScoring
import Testing

@testable import AdmissionPolicy

/// The waivers and the reasons that a set of policies gives for a namespace.
struct PolicySetWaiverTests {
    private static let patterns = [
        ["payments"], ["pay*"], ["*"], ["*s", "p*"], ["kube-system"], ["kube-*"], ["podscore*"], ["payment"], ["*ment*"],
        [String(repeating: "a", count: 63)], ["a*"],
    ]

    private static let set = PolicySet(
        policies: [],
        waivers: patterns.enumerated().map { index, patterns in
            .of(named: "w\(index)") { $0.namespaces = patterns.map { NamePattern($0) } }
        },
        builtInDefault: .builtInDefault(under: MadeUpRulesets.current),
        ownNamespace: "podscore"
    )

    @Test(arguments: [
        ("payments", ["w0", "w1", "w2", "w3", "w8"]), ("pay", ["w1", "w2", "w3"]), ("kube-system", ["w4"]), ("kube-public", []),
        ("kube-other", ["w2", "w5"]), ("podscore", []), ("podscores", ["w2", "w3", "w6"]), ("", ["w2"]), ("x", ["w2"]),
        (String(repeating: "a", count: 63), ["w2", "w9", "w10"]), (String(repeating: "a", count: 90), ["w2", "w10"]),
        (String(repeating: "a", count: 1_024), ["w2", "w10"]), (String(repeating: "a", count: 1_025), []),
    ])
    func `The waivers of a namespace are in the order in which they were read, each once`(namespace: String, names: [String]) {
        #expect(Self.set.waivers(in: namespace).map(\.name) == names)
    }

    @Test(arguments: [
        (
            "payments",
            [
                "exact applies payments", "long outranked pay*nts", "short outranked pay*", "all outranked *", "kube unmatched",
                "other unmatched",
            ]
        ),
        ("pay", ["short applies pay*", "all outranked *", "long unmatched", "kube unmatched", "exact unmatched", "other unmatched"]),
        (
            "kube-public",
            ["long unmatched", "short unmatched", "kube keptFromGlobs kube-*", "all keptFromGlobs *", "exact unmatched", "other unmatched"]
        ),
    ])
    func `Each policy says whether it applies to a namespace, and why`(namespace: String, standings: [String]) {
        let set = PolicySet(
            policies: [
                ("long", ["pay*nts"]), ("short", ["pay*", "p*"]), ("kube", ["kube-*"]), ("all", ["*"]), ("exact", ["payments"]),
                ("other", ["x"]),
            ]
            .map { name, patterns in
                ScorePolicy(name: name, namespaces: patterns.map { NamePattern($0) }, ruleset: MadeUpRulesets.current)
            },
            builtInDefault: .builtInDefault(under: MadeUpRulesets.current),
            ownNamespace: ""
        )
        let texts = set.standings(for: namespace).map { standing in
            switch standing.reason {
            case .applies(let match): "\(standing.policy.name) applies \(match.text)"
            case .outranked(let match): "\(standing.policy.name) outranked \(match.text)"
            case .keptFromGlobs(let match): "\(standing.policy.name) keptFromGlobs \(match.text)"
            case .unmatched, .readLater: "\(standing.policy.name) unmatched"
            }
        }
        #expect(texts == standings)
        #expect(standings.first?.contains("applies") != true || standings[0].hasPrefix(set.policy(for: namespace).name))
    }
}
