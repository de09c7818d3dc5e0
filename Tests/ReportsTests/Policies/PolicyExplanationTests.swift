import AdmissionPolicy
import Foundation
import KubernetesAPI
import Manifests
import PodScoring
import Reports
import TestSupport
import Testing

/// The JSON of `podscore policy explain`, member by member.
@Suite struct PolicyExplanationTests {
    private static let policies = """
        apiVersion: podscore.dev/v1alpha1
        kind: ScorePolicy
        metadata: {name: payments}
        spec:
          match: {namespaces: ["payments-*"]}
          points: {SeccompAny: 3}
          enforce:
            minimumScore: 2
            from: [{date: 2027-03-01, minimumScore: 7}]
            require: [RunAsNonRoot]
            forbid: [HostPID]
          audit: {podSecurityStandard: {level: restricted, version: v1.31}}
          workloads: enforce
          exempt: {users: [ann]}
          nodes: {appArmor: true}
          message: "Questions? Ask in #platform-help."
          runbook: https://wiki.example/pods
        ---
        apiVersion: podscore.dev/v1alpha1
        kind: ScorePolicy
        metadata: {name: everything}
        spec: {match: {namespaces: ["*"]}, warn: {minimumScore: 1}}
        ---
        apiVersion: podscore.dev/v1alpha1
        kind: ScoreWaiver
        metadata: {name: exporter}
        spec:
          match: {namespaces: [payments-eu], pods: [exporter], images: ["quay.io/exporter:*"]}
          rules: [HostPID]
          expires: 2027-03-31
          owner: observability
          reason: reads host counters

        """
    private static let exporter = """
        apiVersion: v1
        kind: Pod
        metadata: {name: exporter, namespace: elsewhere}
        spec:
          hostPID: true
          containers: [{name: a, image: "quay.io/exporter:1", securityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}}}]

        """

    /// The members of the JSON that tests read by name.
    private struct Written: Decodable {
        struct Object: Decodable {
            let title: String
            let decision: String
            let score: Int?
            let minimumScore: Int?
            let violations: [String]
            let message: String?
            let warnings: [String]
            let exemption: String?
            let rules: [Rule]
        }
        struct Rule: Decodable, Equatable {
            let id: String
            let points: Int?
            let possiblePoints: Int?
            let holds: Bool
            let text: String?
            let `class`: String?
            let levels: [String]
            let waiver: String?
        }
        let policy: String
        let exemption: String?
        let objects: [Object]
    }

    private static func policySet(on today: CivilDate) throws -> PolicySet {
        let documents = ManifestStream(source: "policies.yaml", bytes: Array(policies.utf8)).compactMap(\.node)
        let source = PolicySource(name: "policies.yaml", documents: documents)
        let reading = try PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1).read([source], on: today)
        return PolicySet(
            policies: reading.policies,
            waivers: reading.waivers,
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: ""
        )
    }

    private static func request(_ manifest: String, in namespace: String, by user: UserInfo) throws -> AdmissionRequest {
        var stream = ManifestStream(source: "pod.yaml", bytes: Array(manifest.utf8))
        guard case .object(let object, _)? = stream.next()?.content else { throw CocoaError(.coderInvalidValue) }
        var request = AdmissionRequest()
        request.uid = "explain"
        request.kind.kind = object.kind
        request.namespace = namespace
        request.name = object.metadata.name
        request.object = .decoded(object)
        request.userInfo = user
        return request
    }

    private func text(_ namespace: String, on day: String, pod: String? = nil, user: String? = nil) throws -> String {
        let today = try #require(CivilDate(parsing: day))
        let policies = try Self.policySet(on: today)
        var explanation = PolicyExplanation(namespace: namespace, policies: policies, on: today)
        var requester = UserInfo()
        requester.username = user ?? ""
        if user != nil { explanation.add(requester) }
        if let pod {
            let request = try Self.request(pod, in: namespace, by: requester)
            let decision = Decider(mode: .enforce, today: today, podContext: .authored)
                .decide(request, by: policies.policy(for: namespace), waivers: policies.waivers(in: namespace))
            explanation.decided.append(.init(title: "pod.yaml:1:1", request: request, decision: decision, context: .authored))
        }
        return String(decoding: explanation.json, as: UTF8.self)
    }

    private func written(_ namespace: String, on day: String, pod: String? = nil, user: String? = nil) throws -> Written {
        try JSONDecoder().decode(Written.self, from: Data(try text(namespace, on: day, pod: pod, user: user).utf8))
    }

    @Test func `A Namespace has its policy, why others do not apply, levels with later steps, and waivers`() throws {
        #expect(
            try text("payments-eu", on: "2027-02-01", user: "bob") == """
                {
                  "namespace": "payments-eu",
                  "date": "2027-02-01",
                  "policy": "payments",
                  "builtIn": false,
                  "ruleset": "podscore/v1+overrides (unreleased)",
                  "bestPossibleScore": 23,
                  "policies": [
                    {
                      "name": "payments",
                      "applies": true,
                      "why": "applies: payments-* is the most specific match"
                    },
                    {
                      "name": "everything",
                      "applies": false,
                      "why": "does not apply: * is less specific"
                    }
                  ],
                  "levels": [
                    {
                      "name": "enforce",
                      "minimumScore": 2,
                      "later": [
                        {
                          "date": "2027-03-01",
                          "minimumScore": 7
                        }
                      ],
                      "require": [
                        "RunAsNonRoot"
                      ],
                      "forbid": [
                        "HostPID"
                      ]
                    },
                    {
                      "name": "audit",
                      "later": [],
                      "require": [],
                      "forbid": [],
                      "podSecurityStandard": "restricted@v1.31"
                    }
                  ],
                  "workloads": "enforce",
                  "nodes": [
                    "appArmor"
                  ],
                  "message": "Questions? Ask in #platform-help.",
                  "runbook": "https://wiki.example/pods",
                  "user": "bob",
                  "waivers": [
                    {
                      "name": "exporter",
                      "expires": "2027-03-31",
                      "expired": false,
                      "owner": "observability",
                      "reason": "reads host counters",
                      "rules": [
                        "HostPID"
                      ]
                    }
                  ],
                  "objects": []
                }

                """
        )
    }

    @Test(arguments: [
        ("payments-eu", "2027-02-01", #""minimumScore": 2"#), ("payments-eu", "2027-03-01", #""minimumScore": 7"#),
        ("payments-eu", "2027-03-01", #""later": []"#), ("payments-eu", "2027-04-01", #""expired": true"#),
        ("web", "2027-02-01", #""policy": "everything""#), ("web", "2027-02-01", #""waivers": []"#),
        ("kube-system", "2027-02-01", #""builtIn": true"#), ("kube-system", "2027-02-01", #""policy": "built-in default""#),
    ])
    func `The policy and its demands depend on the Namespace and the day`(namespace: String, day: String, part: String) throws {
        let text = try text(namespace, on: day)
        #expect(text.contains(part), "\(text)")
    }

    @Test func `The text has the message and the runbook of the policy that applies`() throws {
        let today = try #require(CivilDate(parsing: "2027-02-01"))
        let policies = try Self.policySet(on: today)
        let text = PolicyExplanation(namespace: "payments-eu", policies: policies, on: today).text()
        #expect(text.contains("\n  message    Questions? Ask in #platform-help.\n  runbook    https://wiki.example/pods\n"), "\(text)")
        #expect(!PolicyExplanation(namespace: "web", policies: policies, on: today).text().contains("runbook"))
    }

    @Test func `An object has its decision, and each rule its points, the levels that demand it and its waiver`() throws {
        let object = try #require(try written("payments-eu", on: "2027-02-01", pod: Self.exporter).objects.first)
        #expect(object.title.hasSuffix("pod.yaml:1:1"))
        // RunAsNonRoot, CapDropAny and CapDropAll: 3 points, below the minimum of a later day.
        #expect(object.decision == "warn" && object.score == 3 && object.minimumScore == 2 && object.violations == ["minimumScore"])
        #expect(object.warnings.first?.contains("2027-03-01") == true, "\(object.warnings)")
        #expect(object.message == nil && object.exemption == nil)
        let rules = Dictionary(uniqueKeysWithValues: object.rules.map { ($0.id, $0) })
        #expect(
            rules["RunAsNonRoot"]
                == .init(
                    id: "RunAsNonRoot",
                    points: 1,
                    possiblePoints: 1,
                    holds: true,
                    text: nil,
                    class: nil,
                    levels: ["enforce"],
                    waiver: nil
                )
        )
        let waived = try #require(rules["HostPID"])
        #expect(waived.points == 0 && waived.possiblePoints == 0 && !waived.holds && waived.text?.contains("hostPID") == true)
        #expect(waived.levels == ["enforce"] && waived.waiver == "exporter" && waived.class == "application")
        let missed = try #require(rules["SeccompAny"])
        #expect(missed.points == 0 && missed.possiblePoints == 3 && !missed.holds && missed.levels.isEmpty && missed.waiver == nil)
        let check = try #require(rules["restricted/seccompProfile_restricted"])
        #expect(check.points == nil && check.possiblePoints == nil && !check.holds && check.levels == ["audit"])
        #expect(check.class == "manifest")
    }

    @Test(arguments: [
        ("payments-eu", "2027-04-01", "bob", "deny", ["minimumScore", "HostPID"]),
        ("payments-us", "2027-02-01", "bob", "deny", ["minimumScore", "HostPID"]),
        ("payments-eu", "2027-04-01", "ann", "exempt", []), ("web", "2027-02-01", "bob", "warn", ["minimumScore"]),
    ])
    func `The decision is that of the day, the namespace and the user`(
        namespace: String,
        day: String,
        user: String,
        decision: String,
        violations: [String]
    ) throws {
        let written = try written(namespace, on: day, pod: Self.exporter, user: user)
        let object = try #require(written.objects.first)
        #expect(object.decision == decision && object.violations.sorted() == violations.sorted(), "\(object)")
        #expect((object.message != nil) == (decision == "deny"))
        #expect(object.exemption == (user == "ann" ? "user ann" : nil) && written.exemption == object.exemption)
    }
}
