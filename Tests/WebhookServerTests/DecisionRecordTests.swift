import AdmissionPolicy
import FileSystem
import KubernetesAPI
import PodScoring
import Testing

@testable import WebhookServer

@Suite struct DecisionRecordTests {
    @Test func `A text of the client's cannot make a line long`() {
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
}
