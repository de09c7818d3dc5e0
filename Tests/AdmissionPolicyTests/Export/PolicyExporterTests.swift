import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The objects into which policies are exported.
struct PolicyExporterTests {
    private static func policy(
        _ name: String = "pay",
        _ namespaces: [String] = ["payments"],
        enforce: ScorePolicy.Level? = .asking(4, require: ["RunAsNonRoot"]),
        warn: ScorePolicy.Level? = nil,
        audit: ScorePolicy.Level? = nil,
        workloads: ScorePolicy.Workloads = .ignore,
        labels: ScorePolicy.NamespaceLabelUse = .ignore,
        ruleset: Ruleset = .podscoreV1
    ) -> ScorePolicy {
        ScorePolicy(
            name: name,
            namespaces: namespaces.map { NamePattern($0) },
            namespaceLabels: labels,
            ruleset: ruleset,
            enforce: enforce,
            warn: warn,
            audit: audit,
            workloads: workloads
        )
    }

    private static func export(
        _ policies: ScorePolicy...,
        waivers: [ScoreWaiver] = [],
        scope: PolicyExporter.Scope = .levels(MinimumLabel.allCases),
        mode: EnforcementMode = .enforce,
        readsLabels: Bool = true,
        excluding: [String] = []
    ) throws(PolicyExportRefusal) -> PolicyExport {
        let set = PolicySet(
            policies: policies,
            waivers: waivers,
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: "podscore"
        )
        let exporter = PolicyExporter(
            set,
            scope: scope,
            mode: mode,
            today: .today,
            readsMinimumLabels: readsLabels,
            excludedNamespaces: excluding
        )
        return try exporter.export()
    }

    /// The bindings as text: `pay-enforce Deny`, with the operations and resources if they are only some.
    private static func bindings(_ export: PolicyExport) -> [String] {
        export.policies.flatMap(\.bindings).map { binding in
            let rules = binding.rules.map { " \($0.operations.joined(separator: ",")) \($0.resources.joined(separator: ","))" }
            return "\(binding.name.dropFirst("podscore-".count)) \(binding.action.rawValue)\(rules.joined(separator: ";"))"
        }
    }

    @Test func `Each level is a policy with an action of its own`() throws {
        let export = try Self.export(Self.policy(warn: .asking(9), audit: .asking(12)))
        #expect(Self.bindings(export) == ["pay-enforce Deny", "pay-warn Warn", "pay-audit Audit"])
        #expect(export.policies.map(\.failsClosed) == [true, false, false])
        #expect(export.policies.map { $0.validation == nil } == [false, false, true])
        #expect(export.policies.map { $0.annotation == nil } == [true, true, false])
        #expect(export.policies.allSatisfy { $0.selector.map(\.key) == [PolicyReach.nameLabel] })
        #expect(export.omissions.isEmpty)
    }

    @Test(arguments: [
        (EnforcementMode.enforce, ["pay-enforce Deny", "pay-warn Warn", "pay-audit Audit"]),
        (.warn, ["pay-enforce Warn", "pay-warn Warn", "pay-audit Audit"]),
        (.audit, ["pay-enforce Audit", "pay-warn Audit", "pay-audit Audit"]),
    ])
    func `A mode limits the actions`(mode: EnforcementMode, bindings: [String]) throws {
        #expect(Self.bindings(try Self.export(Self.policy(warn: .asking(9), audit: .asking(12)), mode: mode)) == bindings)
    }

    @Test func `Workloads are denied when they are created, and only warned about when they are updated`() throws {
        let workloads = "deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs,replicationcontrollers,podtemplates"
        let export = try Self.export(Self.policy(warn: .asking(9), workloads: .enforce))
        #expect(
            Self.bindings(export) == [
                "pay-enforce Deny CREATE *; * pods,pods/*",
                "pay-enforce-workloads Warn UPDATE \(workloads)", "pay-warn Warn",
            ]
        )
        #expect(
            Self.bindings(try Self.export(Self.policy(workloads: .warn))) == [
                "pay-enforce Deny * pods,pods/*", "pay-enforce-workloads Warn * \(workloads)",
            ]
        )
    }

    @Test func `Labels raise the minimum, and turn on levels that are off`() throws {
        let export = try Self.export(Self.policy(labels: .tighten))
        #expect(Self.bindings(export) == ["pay-enforce Deny", "pay-warn Warn", "pay-audit Audit"])
        let label = "podscore.dev/warn-minimum-score"
        #expect(export.policies[1].selector.map(\.key) == [PolicyReach.nameLabel, label])
        let isOn =
            "(namespaceObject.metadata.labels[?'\(label)'].optMap(l,l.matches('^(0|[1-9][0-9]{0,1})$')&&int(l)<=21).orValue(false))"
        #expect(export.policies[1].validation?.hasPrefix("!(\(isOn) && ") == true, "\(export.policies[1].validation ?? "")")
        #expect(export.policies[2].annotation?.hasPrefix("\(isOn.replacing("/warn", with: "/audit")) && ") == true)
        #expect(!(export.policies[0].validation ?? "").contains("optMap"))
        #expect(Self.bindings(try Self.export(Self.policy(labels: .tighten), readsLabels: false)) == ["pay-enforce Deny"])
    }

    @Test func `A label is read as the webhook reads it`() {
        let label = "namespaceObject.metadata.labels[?'podscore.dev/enforce-minimum-score']"
        #expect(
            MinimumLabel.enforce.minimum(raising: 4, best: 21)
                == "\(label).optMap(l,l.matches('^(0|[1-9][0-9]{0,1})$')&&int(l)<=21&&int(l)>4?int(l):4).orValue(4)"
        )
        #expect(
            MinimumLabel.enforce.minimum(raising: nil, best: 8)
                == "\(label).optMap(l,l.matches('^(0|[1-9][0-9]{0,0})$')&&int(l)<=8?int(l):-100000).orValue(-100000)"
        )
    }

    @Test func `Waivers and steps of ramps are named as left out, unless they have no effect any more`() throws {
        var level = ScorePolicy.Level.asking(4)
        level.ramp = [
            ScorePolicy.RampStep(date: CivilDate.today, minimumScore: 5),
            ScorePolicy.RampStep(date: CivilDate.today.advanced(byDays: 1), minimumScore: 7),
        ]
        let export = try Self.export(
            Self.policy(enforce: level),
            waivers: [.of("HostPID", named: "old", expires: "2026-12-31"), .of("HostPID", named: "new", expires: "2027-01-01")]
        )
        #expect(
            export.omissions == [
                "policy pay: the minimum of enforce is that of 2027-01-01, 5; export again on 2027-01-02, when it rises to 7",
                "waiver new: what it allows until 2027-01-01 violates the exported policies",
            ]
        )
    }

    @Test func `The floor of a ruleset without CEL has its demands and no minimum`() throws {
        let kubesec = Self.policy("kubesec", ["a"], ruleset: .kubesecV2)
        let export = try Self.export(kubesec, scope: .floor(minimum: 2))
        #expect(export.policies.map(\.name) == ["podscore-kubesec-floor"])
        #expect(export.policies.first?.message.contains("|RunAsNonRoot|") == true)
        #expect(export.policies.first?.validation?.contains("sum()") == false)
        #expect(export.omissions == ["policy kubesec: the floor leaves out its minimum, since ruleset kubesec/v2 has no CEL"])
        #expect(try Self.export(kubesec, scope: .floor(minimum: nil)).omissions.isEmpty)
    }

    @Test func `Policies that cannot be exported are named`() throws {
        let export = try Self.export(
            Self.policy("kubesec", ["a"], ruleset: .kubesecV2),
            Self.policy("nowhere", ["b"]),
            Self.policy("first", ["b"]),
            Self.policy("all", ["*"])
        )
        #expect(export.omissions == ["policy kubesec: ruleset kubesec/v2 has no CEL", "policy first: it applies to no Namespace"])
        #expect(export.policyNames == ["nowhere", "all"])
        #expect(export.notes.isEmpty)
    }

    @Test func `Notes say which kinds and Namespaces no export judges`() throws {
        let export = try Self.export(Self.policy(workloads: .warn))
        #expect(export.notes.count == 2)
        #expect(export.notes[0].hasPrefix("workloads of other projects are left out: Rollout of argoproj.io, "))
        #expect(export.notes[1] == "the built-in default is left out: Namespaces without a policy get no warnings")
    }

    @Test(arguments: [PolicyExporter.Scope.levels([.enforce]), .floor(minimum: 4)])
    func `Nothing is exported for excluded Namespaces`(scope: PolicyExporter.Scope) throws {
        let export = try Self.export(
            Self.policy("pay", ["payments", "monitoring"]),
            Self.policy("all", ["*"]),
            Self.policy("gone", ["logging"]),
            scope: scope,
            excluding: ["monitoring", "logging"]
        )
        let kept = ["kube-node-lease", "kube-public", "kube-system", "logging", "monitoring", "payments", "podscore"]
        #expect(
            export.policies.map(\.selector) == [
                [NamespaceSelector.Requirement(PolicyReach.nameLabel, .isOne(["payments"]))],
                [NamespaceSelector.Requirement(PolicyReach.nameLabel, .isNoneOf(kept))],
            ]
        )
        #expect(export.omissions == ["policy gone: it applies to no Namespace"])
    }

    @Test func `The content of an export changes with what it does, and is the same otherwise`() throws {
        let content = try Self.export(Self.policy()).content(of: "pay")
        #expect(content == (try Self.export(Self.policy()).content(of: "pay")))
        #expect(content != (try Self.export(Self.policy("pay", ["other"])).content(of: "pay")))
        #expect(String(decoding: try Self.export(Self.policy()).content(of: "else"), as: UTF8.self) == "[]")
    }

    @Test func `The floor only denies, fails open, and leaves out system Namespaces`() throws {
        let enforce = ScorePolicy.Level.asking(4, forbid: ["HostPID", "Privileged"])
        let export = try Self.export(
            Self.policy("pay", ["payments", "kube-system"], enforce: enforce, warn: .asking(9), workloads: .enforce, labels: .tighten),
            waivers: [.of("HostPID")],
            scope: .floor(minimum: nil)
        )
        #expect(export.policies.map(\.name) == ["podscore-pay-floor"])
        #expect(export.policies.map(\.failsClosed) == [false])
        #expect(Self.bindings(export) == ["pay-floor Deny"])
        #expect(export.policies[0].selector == [NamespaceSelector.Requirement(PolicyReach.nameLabel, .isOne(["payments"]))])
        #expect(
            export.policies[0].rules.allSatisfy {
                $0.groups == [""] && $0.resources.contains { $0.hasPrefix("pods") } || $0.operations == ["CREATE"]
            }
        )
        #expect(
            export.omissions == [
                "policy pay: the floor leaves out Namespaces kube-system",
                "policy pay: the floor leaves out HostPID everywhere, because of waivers",
            ]
        )
    }

    @Test func `The floor of other Namespaces keeps a demand that a waiver names`() throws {
        let enforce = ScorePolicy.Level.asking(4, forbid: ["HostPID", "Privileged"])
        let export = try Self.export(Self.policy("pay", ["pay*"], enforce: enforce), waivers: [.of("HostPID")], scope: .floor(minimum: 3))
        #expect(export.policies.map(\.name) == ["podscore-pay-floor", "podscore-pay-floor-2"])
        #expect(
            export.policies[0].selector
                == export.policies[1].selector.map { requirement in
                    guard case .isNoneOf(let values) = requirement.condition else { return requirement }
                    return NamespaceSelector.Requirement(requirement.key, .isNoneOf(values.filter { $0 != "payments" }))
                }
        )
        #expect(
            export.omissions == [
                "policy pay: the floor leaves out HostPID, the minimum 3 in Namespaces payments, because of waivers"
            ]
        )
    }

    @Test func `A mode in which the webhook denies nothing, and a policy with only a minimum, have no floor`() throws {
        let warned = try Self.export(Self.policy(), scope: .floor(minimum: nil), mode: .warn)
        #expect(warned.policies.isEmpty)
        #expect(warned.omissions == ["the floor is empty: in mode warn the webhook denies nothing"])
        let scored = try Self.export(Self.policy(enforce: .asking(4)), scope: .floor(minimum: nil))
        #expect(scored.policies.isEmpty)
        #expect(scored.omissions == ["policy pay: the floor is empty, since enforce demands only a minimum score"])
        #expect(try Self.export(Self.policy(enforce: nil, warn: .asking(4)), scope: .floor(minimum: nil)) == PolicyExport())
    }

    @Test func `A policy that exceeds a limit of API servers is refused`() throws {
        var policy = Self.policy()
        let users = (0..<70).map { "user-\($0)" + String(repeating: "x", count: 50_000) }
        var exempt = Exemptions()
        exempt.users = users
        policy = ScorePolicy(name: "pay", namespaces: [NamePattern("a")], ruleset: .podscoreV1, enforce: policy.enforce, exempt: exempt)
        let error = #expect(throws: PolicyExportRefusal.self) { try Self.export(policy) }
        #expect(error == PolicyExportRefusal(policy: "pay", reason: "it needs 71 matchConditions, and an API server takes 64"))
    }
}
