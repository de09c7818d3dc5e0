import AdmissionPolicy
import Foundation
import KubernetesAPI
import Platform
import PodScoring
import Testing

@testable import WebhookServer

@Suite struct DecisionRecordTests {
    @Test func `A long text of a client is cut`() {
        var request = AdmissionRequest()
        request.uid = String(repeating: "u", count: 100_000)
        request.kind.kind = String(repeating: "k", count: 100_000)
        request.subResource = String(repeating: "s", count: 100_000)
        request.namespace = String(repeating: "n", count: 100_000)
        request.name = String(repeating: "é", count: 100_000)
        request.userInfo.username = String(repeating: "\u{1}", count: 100_000)
        let policy = ScorePolicy.builtInDefault(under: .podscoreV1)
        let decision = Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_818)).decide(request, by: policy)
        let record = DecisionRecord(time: UnixTime(seconds: 0), request: request, decision: decision, durationMicroseconds: 1)
        #expect(record.line.count < 6 * (6 * DecisionRecord.textByteLimit) + 512)
    }

    @Test(arguments: ["\n", "\r", "\u{1B}[2J", "\u{7F}", "\u{85}", "\u{9B}", "\u{61C}", "\u{200F}", "\u{2028}", "\u{202E}", "\u{2069}"])
    func `Names can't end a line or control a terminal, and are read back unchanged`(text: String) throws {
        let name = "a\(text)b"
        var request = AdmissionRequest()
        (request.uid, request.kind.kind, request.subResource, request.namespace, request.name) = (name, name, name, name, name)
        request.userInfo.username = name
        let policy = ScorePolicy.builtInDefault(under: .podscoreV1)
        let decision = Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_818)).decide(request, by: policy)
        let line = Self.line(decision, on: request)
        #expect(line.hasSuffix("\n") && !line.dropLast().unicodeScalars.contains(where: VisibleText.isHidden))
        let read = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        for key in ["uid", "kind", "subResource", "namespace", "name", "user"] { #expect(read[key] as? String == name) }
    }

    @Test func `A line has the version of a policy of the cluster, and nothing of it for a policy of a file`() {
        var request = AdmissionRequest()
        request.namespace = "a"
        let policy = ScorePolicy(name: "p", namespaces: [NamePattern("a")], ruleset: .podscoreV1)
        let decision = Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_818)).decide(request, by: policy)
        let line = { (version: String?) in
            let record = DecisionRecord(
                time: UnixTime(seconds: 0),
                request: request,
                decision: decision,
                policyVersion: version,
                durationMicroseconds: 1
            )
            return String(decoding: record.line, as: UTF8.self)
        }
        #expect(line("417").contains(#""policy":"p","policyResourceVersion":"417","ruleset":"#))
        #expect(!line(nil).contains("policyResourceVersion"))
    }

    @Test func `A line has the labels of the Namespace that raise a minimum, and those without effect`() {
        let request = AdmissionRequest.creatingPod("p", namespace: "a", containers: [])
        let policy = ScorePolicy(name: "p", namespaces: [NamePattern("a")], ruleset: .podscoreV1)
        let policies = PolicySet(policies: [policy], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        let values = [MinimumLabel.enforce.rawValue: "9", MinimumLabel.warn.rawValue: "high"]
        let labels = NamespaceLabels(MinimumLabel.keys) { values[$0] }
        let decider = Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_818))
        let line = { Self.line(decider.decide(request, by: policies, knowing: $0), on: request) }
        let labelled = line(.labels(labels))
        #expect(labelled.contains(#""minimumLabels":["podscore.dev/enforce-minimum-score=9"],"#), "\(labelled)")
        #expect(labelled.contains(#""namespaceLabels":["invalid podscore.dev/warn-minimum-score=high"],"#), "\(labelled)")
        #expect(line(.missing).contains(#""namespaceLabels":["labels unknown"],"#))
        #expect(!line(.nameAlone).contains("Labels"))
    }

    @Test func `A line has waivers, exemptions and denials to come`() throws {
        let day = try #require(CivilDate(parsing: "2027-01-01"))
        var pod = PodSpec()
        pod.hostPID = true
        var object = KubernetesObject()
        object.kind = "Pod"
        object.content = .pod(pod)
        var request = AdmissionRequest()
        request.kind.kind = "Pod"
        request.namespace = "a"
        request.object = .decoded(object)
        var level = ScorePolicy.Level()
        level.forbid = ["HostPID"]
        let policy = ScorePolicy(name: "p", namespaces: [NamePattern("a")], ruleset: .podscoreV1, enforce: level)
        let match = ScoreWaiver.Match(namespaces: [NamePattern("a")])
        let waiver = ScoreWaiver(name: "w", match: match, rules: ["HostPID"], expires: day, owner: "o", reason: "r")
        let waived = Decider(mode: .enforce, today: day).decide(request, by: policy, waivers: [waiver])
        #expect(
            Self.line(waived, on: request).contains(
                #""waivers":[{"name":"w","expires":"2027-01-01","rules":["HostPID"]}],"deniedFrom":"2027-01-02""#
            )
        )
        var exempt = Exemptions()
        exempt.users = ["jane"]
        let exempting = ScorePolicy(name: "p", namespaces: [NamePattern("a")], ruleset: .podscoreV1, enforce: level, exempt: exempt)
        request.userInfo.username = "jane"
        let exempted = Decider(mode: .enforce, today: day).decide(request, by: exempting)
        #expect(Self.line(exempted, on: request).contains(#""decision":"exempt","violations":[],"exempt":"user jane""#))
    }

    private static func line(_ decision: Decision, on request: AdmissionRequest) -> String {
        let record = DecisionRecord(time: UnixTime(seconds: 0), request: request, decision: decision, durationMicroseconds: 1)
        return String(decoding: record.line, as: UTF8.self)
    }
}
