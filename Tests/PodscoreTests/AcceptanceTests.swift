import AdmissionPolicy
import Foundation
import KubernetesAPI
import PodScoring
import PolicySources
import Testing

@testable import podscore

@Suite struct AcceptanceTests {
    @Test func `The table has every recording under every policy`() throws {
        let recordings = try FileManager.default.contentsOfDirectory(atPath: Acceptance.folder.appending(path: "reviews").path)
        for policy in ["audit-only", "enforcing", "warning"] {
            let files = Acceptance.rows.filter { $0.policy == policy }.map(\.file)
            #expect(Set(files) == Set(recordings) && files.count == recordings.count, "\(policy)")
        }
    }

    @Test(arguments: Acceptance.rows)
    func `A recorded request is decided as in the table`(row: AcceptanceRow) throws {
        let policies = try PolicyFiles.load(Acceptance.policyPath(row.policy)).policies
        let bytes = try Acceptance.review(row.file)
        let review = try AdmissionReview(parsing: bytes.span)
        let decision = Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_818)).decide(
            review.request,
            by: policies.policy(for: review.request.namespace)
        )
        #expect(decision.response.isAllowed == row.allowed)
        #expect(decision.outcome.rawValue == row.decision)
        #expect(decision.score == row.score)
        #expect(decision.bestPossibleScore == row.bestPossibleScore)
        #expect(decision.violations.map(\.id) == row.violations)
        #expect(decision.response.warnings.isEmpty == (row.warnings == 0))
        #expect(decision.response.uid == review.request.uid)
    }

    @Test func `The picture of a denial shows that of the demo`() throws {
        let repository = Acceptance.folder.appending(path: "../../..")
        let picture = try String(contentsOf: repository.appending(path: "docs/pictures/denial.svg"), encoding: .utf8)
        let policies = try PolicyFiles.load(repository.appending(path: "Tests/Demo/policy.yaml").path).policies
        let file = repository.appending(path: "Tests/Demo/reviews/pod-create-one-good-one-bad-container.json")
        let bytes = Array(try Data(contentsOf: file))
        let review = try AdmissionReview(parsing: bytes.span)
        let decision = Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_818))
            .decide(review.request, by: policies.policy(for: review.request.namespace))
        let message = try #require(decision.response.denial?.message)
        let text = picture.replacingOccurrences(of: "&quot;", with: "\"")
        #expect(text.contains("denied the request: \(message)</desc>"), "\(message)")
    }

    @Test(arguments: Acceptance.rows.filter { $0.score != nil })
    func `No recorded object needs a feature of the nodes to reach its minimum`(row: AcceptanceRow) throws {
        let policies = try PolicyFiles.load(Acceptance.policyPath(row.policy)).policies
        let bytes = try Acceptance.review(row.file)
        let review = try AdmissionReview(parsing: bytes.span)
        let response = Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_818))
            .decide(review.request, by: policies.policy(for: review.request.namespace)).response
        let causes = response.denial?.causes.map(\.message) ?? []
        for text in [response.denial?.message ?? ""] + causes + response.warnings {
            for word in ["ApparmorAny", "HostUsers", "[check nodes]"] { #expect(!text.contains(word), "\(text)") }
        }
    }

    @Test(arguments: Acceptance.rows.filter { $0.policy == "enforcing" && $0.score != nil })
    func `Each rule fails in the containers that the table names`(row: AcceptanceRow) throws {
        let bytes = try Acceptance.review(row.file)
        let object = try #require(try AdmissionReview(parsing: bytes.span).request.object.object)
        let report = Scorer(.podscoreV1).score(ScoringSubject(object, context: .admittedPod))
        let pod = try #require(object.podSpec)
        var failed: [String: Set<String>] = [:]
        for result in report.results {
            guard case .fails(let findings) = result.outcome else { continue }
            failed[report.entry(of: result).rule.id] = Set(findings.compactMap { pod.container(at: $0.place)?.name })
        }
        #expect(failed == Dictionary(uniqueKeysWithValues: row.failedRules.map { ($0.id, Set($0.containers)) }))
    }
}
