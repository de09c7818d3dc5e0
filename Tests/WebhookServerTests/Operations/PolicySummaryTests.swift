import AdmissionPolicy
import KubernetesAPI
import Platform
import PodScoring
import PolicySources
import Testing

@testable import WebhookServer

/// The page `/policy`.
@Suite struct PolicySummaryTests {
    private static func summary(_ inForce: PoliciesInForce, namesUsers: Bool = true) -> PolicySummary {
        let (snapshot, report) = inForce.reported
        return PolicySummary(snapshot, report: report, namesUsers: namesUsers)
    }

    @Test func `A policy shows its standards and the points that it gives to rules`() throws {
        let entry = try #require(Ruleset.podscoreV1.entries.first)
        var enforce = ScorePolicy.Level()
        enforce.podSecurityStandard = PodSecurityStandard(.baseline, PodSecurityVersion(minor: 31))
        let policy = ScorePolicy(
            name: "payments",
            namespaces: [],
            ruleset: Ruleset(name: "made/up", isReleased: true, zeroFails: false, entries: [entry])
                .overriding(points: [(entry.rule.id, 0)]),
            enforce: enforce
        )
        let policies = PolicySet(policies: [policy], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        let file = PolicyFile(path: "payments.yaml", sha256: "cd")
        let loaded = LoadedPolicies(policies: policies, files: [file], sha256: "ab", warnings: ["a warning"])
        let summary = Self.summary(PoliciesInForce(loaded, mode: .enforce, since: UnixTime(seconds: 0)))
        let text = String(decoding: summary.json, as: UTF8.self)
        let beginning = [
            #"{"mode":"enforce","since":"1970-01-01T00:00:00.000Z","sha256":"ab","files":[{"path":"payments.yaml","sha256":"cd"}],"#,
            #""warnings":["a warning"],"policies":[{"name":"payments","namespaces":[],"ruleset":"made/up+overrides","#,
            "\"points\":{\"\(entry.rule.id)\":0},",
            #""enforce":{"require":[],"forbid":[],"podSecurityStandard":{"level":"baseline","version":"v1.31"}},"#,
            #""workloads":"warn"}],"waivers":[],"default":{"name":"built-in default","namespaces":[],"#,
            #""ruleset":"podscore/v1 (unreleased)","warn":{"#,
        ]
        #expect(text.hasPrefix(beginning.joined()), "\(text)")
    }

    @Test func `Ramps, exemptions and waivers are shown as in the policy`() throws {
        var enforce = ScorePolicy.Level()
        enforce.minimumScore = 4
        enforce.ramp = [.init(date: CivilDate(daysSinceEpoch: 20_878), minimumScore: 7)]
        var exempt = Exemptions()
        exempt.serviceAccounts = ["backup:velero"]
        let ruleset = Ruleset(name: "made/up", isReleased: true, zeroFails: false, entries: [])
        let message = try PolicyMessage(parsing: "Ask us")
        let policy = ScorePolicy(
            name: "payments",
            namespaces: [],
            ruleset: ruleset,
            enforce: enforce,
            exempt: exempt,
            nodes: .appArmor,
            guidance: PolicyGuidance(message: message, runbook: try RunbookURL(parsing: "https://wiki.example"))
        )
        var match = ScoreWaiver.Match(namespaces: [NamePattern("monitoring")])
        match.images = [ImagePattern("quay.io/*")]
        match.serviceAccounts = [NamePattern("exporter-*")]
        let waiver = ScoreWaiver(
            name: "node-exporter",
            match: match,
            rules: ["HostPID"],
            minimumScore: 3,
            expires: CivilDate(daysSinceEpoch: 20_908),
            owner: "observability",
            reason: "reads host counters"
        )
        let policies = PolicySet(
            policies: [policy],
            waivers: [waiver],
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: ""
        )
        let summary = Self.summary(PoliciesInForce(policies))
        let text = String(decoding: summary.json, as: UTF8.self)
        for part in [
            #""enforce":{"minimumScore":4,"from":[{"date":"2027-03-01","minimumScore":7}],"require":[],"forbid":[]}"#,
            #""workloads":"warn","exempt":{"users":[],"groups":[],"serviceAccounts":["backup:velero"],"runtimeClasses":[]},"nodes":["appArmor"],"#
                + #""message":"Ask us","runbook":"https://wiki.example"}],"waivers":["#,
            #"{"name":"node-exporter","match":{"namespaces":["monitoring"],"images":["quay.io/*"],"serviceAccounts":["exporter-*"]},"rules":["HostPID"],"minimumScore":3,"#
                + #""expires":"2027-03-31","owner":"observability","reason":"reads host counters"}],"default":{"name":"#,
        ] {
            #expect(text.contains(part), "\(text)")
        }
        let unnamed = Self.summary(PoliciesInForce(policies), namesUsers: false)
        let anonymous = String(decoding: unnamed.json, as: UTF8.self)
        let counts = #""exempt":{"usersCount":0,"groupsCount":0,"serviceAccountsCount":1,"runtimeClasses":[]}"#
        #expect(anonymous.contains(counts), "\(anonymous)")
        #expect(anonymous.contains(#""images":["quay.io/*"],"serviceAccountsCount":1},"rules":["HostPID"],"#), "\(anonymous)")
        #expect(anonymous.contains(#""expires":"2027-03-31","reason":"reads host counters"}"#), "\(anonymous)")
        #expect(!anonymous.contains("velero") && !anonymous.contains("exporter-*"))
    }

    @Test func `A policy with a selector shows to how many Namespaces it applies, once they are known`() {
        let selector = NamespaceSelector([NamespaceSelector.Requirement("team", .isOne(["shop"]))])
        let policies = PolicySet(
            policies: [
                ScorePolicy(name: "team", namespaces: [], namespaceSelector: selector, ruleset: .podscoreV1),
                ScorePolicy(name: "glob", namespaces: [NamePattern("s*")], ruleset: .podscoreV1),
            ],
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: ""
        )
        let inForce = PoliciesInForce(policies, readsLabels: true)
        #expect(!String(decoding: Self.summary(inForce).json, as: UTF8.self).contains("namespaceCount"))
        var directory = NamespaceDirectory(keeping: policies.labelKeys)
        for (name, team) in [("pay", "shop"), ("web", "shop"), ("sale", "shop"), ("kube-system", "shop"), ("free", "other")] {
            directory.set(name) { $0 == "team" ? team : nil }
        }
        inForce.replace(namespaces: directory)
        let page = String(decoding: Self.summary(inForce).json, as: UTF8.self)
        #expect(page.contains(#"{"name":"team","namespaces":[],"namespaceSelector":"team=shop","namespaceCount":2,"#), "\(page)")
        #expect(!page.contains(#"{"name":"glob","namespaces":["s*"],"namespaceCount""#))
    }
}
