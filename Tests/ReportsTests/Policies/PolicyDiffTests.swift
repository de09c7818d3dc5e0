import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Testing

@testable import Reports

@Suite struct PolicyDiffTests {
    @Test func `A change is what the sender of a request sees`() {
        var changes: [String] = []
        for old in Decision.Outcome.allCases {
            for new in Decision.Outcome.allCases {
                guard let change = PolicyDiff.change(from: old, to: new) else { continue }
                changes.append("\(old.rawValue)>\(new.rawValue) \(change.rawValue)")
            }
        }
        let others = Decision.Outcome.allCases.filter { $0 != .deny && $0 != .warn }.map(\.rawValue)
        let denied = (others + ["warn"]).map { "\($0)>deny newlyDenied" }
        let allowed = (others + ["warn"]).map { "deny>\($0) newlyAllowed" }
        let expected = denied + allowed + others.map { "\($0)>warn newlyWarned" } + others.map { "warn>\($0) noLongerWarned" }
        #expect(changes.sorted() == expected.sorted())
    }

    private static func decision(_ outcome: Decision.Outcome, _ ids: [String] = []) -> Decision {
        let policy = ScorePolicy(name: "p", namespaces: [], ruleset: .podscoreV1)
        return Decision(outcome, on: AdmissionRequest(), by: policy, violations: ids.map { .required(rule: $0) })
    }

    private static func request(_ name: String, in namespace: String) -> AdmissionRequest {
        var request = AdmissionRequest()
        request.kind.kind = "Pod"
        request.name = name
        request.namespace = namespace
        return request
    }

    private static func diff() -> PolicyDiff {
        var diff = PolicyDiff(old: "builtin", new: "policies")
        for name in ["web", "web", "api", "a-pod-with-a-name-that-is-long-enough-to-fill-a-line"] {
            diff.add(request(name, in: "payments"), old: decision(.warn), new: decision(.deny, ["RunAsNonRoot"]))
        }
        diff.add(request("db", in: "payments"), old: decision(.warn), new: decision(.deny, ["CapDropAll", "RunAsNonRoot"]))
        diff.add(request("job", in: "batch"), old: decision(.allow), new: decision(.deny, ["Privileged"]))
        diff.add(request("old", in: "batch"), old: decision(.deny, ["HostPID"]), new: decision(.allow))
        diff.add(request("same", in: "batch"), old: decision(.warn, ["HostPID"]), new: decision(.warn, ["HostPID"]))
        return diff
    }

    @Test func `The page has the same changes as the text`() throws {
        let page = try ReadPage(String(decoding: Self.diff().html(problems: ["x.yaml: skipped"], version: "1"), as: UTF8.self))
        let main = try #require(page.elements("main").first).text
        #expect(main.contains("8 requests compared: builtin (old), policies (new)") && main.contains("x.yaml: skipped"))
        let tiles = zip(page.elements("dt"), page.elements("dd")).map { "\($0.text): \($1.text)" }
        #expect(
            tiles == ["newly denied: 6", "newly warned about: 0", "newly allowed: 1", "no longer warned about: 0", "unchanged: 1"]
        )
        #expect(page.elements("li").contains { $0.text == "1 CapDropAll: Pod db" })
        #expect(page.elements("script").isEmpty)
    }

    @Test func `The text lists changes by Namespace and rule, the most frequent first`() {
        #expect(
            Self.diff().text() == """
                8 requests compared: builtin (old), policies (new)

                newly denied: 6
                  payments: 5
                     5  RunAsNonRoot  Pod web, Pod api,
                                      Pod a-pod-with-a-name-that-is-long-enough-to-fill-a-line,
                                      Pod db
                     1  CapDropAll    Pod db
                  batch: 1
                     1  Privileged  Pod job

                newly warned about: 0

                newly allowed: 1
                  batch: 1
                     1  HostPID  Pod old

                no longer warned about: 0

                unchanged: 1

                """
        )
    }

    @Test func `What runs is counted by owners`() {
        var diff = PolicyDiff(of: .owner, old: "old", new: "new")
        let title = PolicyDiff.title("Deployment", "web")
        diff.add(title, in: "payments", old: .init(.warn, []), new: .init(.deny, [.required(rule: "RunAsNonRoot")]))
        #expect(diff.text().hasPrefix("1 owner compared: old (old), new (new)\n\nnewly denied: 1\n  payments: 1\n"))
        #expect(diff.text().contains("1  RunAsNonRoot  Deployment web\n"))
        diff.add(title, in: "payments", old: .init(.warn, []), new: .init(.warn, []))
        #expect(diff.text().hasPrefix("2 owners compared: "))
        #expect(String(decoding: diff.json(problems: []), as: UTF8.self).contains("\"subject\": \"owner\""))
    }

    @Test func `The JSON has the same counts`() {
        let json = String(decoding: Self.diff().json(problems: ["a.txt: not read"]), as: UTF8.self)
        #expect(json.contains("\"decided\": 8") && json.contains("\"problems\": [\n    \"a.txt: not read\"\n  ]"))
        #expect(json.contains("\"newlyAllowed\": {\n    \"count\": 1,"))
    }

    @Test func `Namespaces beyond the limit are counted together, with all objects`() {
        var diff = PolicyDiff(old: "a", new: "b")
        for number in 0..<PolicyDiff.namespaceLimit + 100 {
            diff.add(Self.request("p\(number)", in: "n\(number)"), old: Self.decision(.allow), new: Self.decision(.deny, ["Privileged"]))
        }
        let namespaces = diff.namespaces[.newlyDenied, default: [:]]
        #expect(namespaces.count == PolicyDiff.namespaceLimit + 1)
        #expect(namespaces[PolicyDiff.otherNamespaces]?.count == 100)
        #expect(namespaces[PolicyDiff.otherNamespaces]?.rules["Privileged"]?.objects.count == 100)
        #expect(diff.count(of: .newlyDenied) == PolicyDiff.namespaceLimit + 100)
    }
}
