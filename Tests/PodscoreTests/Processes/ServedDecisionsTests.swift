import Foundation
import TestSupport
import Testing

extension Processes {
    /// The acceptance table through the whole program: certificate, TLS, HTTP, policy file, decision, answer, log.
    @Suite struct ServedDecisionsTests {
        @Test(arguments: Acceptance.policies)
        func `Each posted recording gets the answer in the table`(policy: String) throws {
            let server = try ServerProcess(policy: policy)
            let client = try server.connect()
            let rows = Acceptance.rows.filter { $0.policy == policy }
            for row in rows { try check(client.post(Acceptance.review(row.file), to: "/validate?timeout=60s"), against: row) }
            #expect(try server.stop() == 0)
            #expect(try server.decisionLog().count == rows.count)
        }

        @Test func `A policy in the path decides for every namespace`() throws {
            let server = try ServerProcess(policy: "warning")
            let client = try server.connect()
            let review = try Acceptance.review("pod-create-insecure-defaults.json")
            #expect(try client.post(review, to: "/validate/warning").status == 200)
            #expect(try client.post(review, to: "/validate/another").status == 404)
            #expect(try server.stop() == 0)
        }

        @Test func `curl verifies the certificate and shows the denial`() throws {
            let server = try ServerProcess()
            let review = Acceptance.folder.appending(path: "reviews/pod-create-one-good-one-bad-container.json").path
            let run = try Run(
                "/usr/bin/env",
                [
                    "curl", "--silent", "--show-error", "--cacert", ScratchFolder.certificates.get().file("ca.crt"), "-H",
                    "Content-Type: application/json",
                ]
                    + ["--data-binary", "@" + review, "https://localhost:\(server.port)/validate"]
            )
            #expect(run.status == 0 && run.errors.isEmpty)
            for word in [#""allowed":false"#, "403", "RunAsNonRoot", "CapDropAll", #"container \"bad\""#, "securityContext.runAsNonRoot"] {
                #expect(run.output.contains(word), "\(run.output)")
            }
            #expect(try server.stop() == 0)
        }

        @Test func `The plain port serves health, policy and metrics`() throws {
            let server = try ServerProcess()
            _ = try server.connect().post(Acceptance.review("pod-create-insecure-defaults.json"))
            #expect(try server.page("/livez").status == 0)
            #expect(try server.page("/readyz").status == 0)
            #expect(try server.page("/policy").output.contains("enforcing"))
            #expect(try server.page("/metrics").output.contains(/podscore_admission_decisions_total\{.*outcome="deny".*\} 1\n/))
            #expect(try server.stop() == 0)
        }

        private func check(_ answer: WebhookClient.Answer, against row: AcceptanceRow) throws {
            let asked = try JSONDecoder().decode(Asked.self, from: Data(Acceptance.review(row.file)))
            try #require(answer.status == row.status, "\(row): \(answer.text)")
            let answered = try JSONDecoder().decode(Answered.self, from: Data(answer.body))
            let response = answered.response
            let annotations = response.auditAnnotations ?? [:]
            #expect(answered.apiVersion == asked.apiVersion && answered.kind == "AdmissionReview", "\(row)")
            #expect(response.uid == asked.request.uid, "\(row)")
            #expect(response.allowed == row.allowed, "\(row)")
            #expect(annotations["decision"] == row.decision, "\(row)")
            #expect(annotations["score"] == row.score.map(String.init), "\(row)")
            #expect(annotations["violations"] == (row.violations.isEmpty ? nil : row.violations.joined(separator: ",")), "\(row)")
            #expect((response.warnings ?? []).isEmpty == (row.warnings == 0), "\(row)")
            #expect(
                response.status?.code == (row.allowed ? nil : 403) && response.status?.reason == (row.allowed ? nil : "Forbidden"),
                "\(row)"
            )
        }

        private struct Asked: Decodable {
            struct Request: Decodable {
                let uid: String
            }

            let apiVersion: String
            let request: Request
        }

        private struct Answered: Decodable {
            struct Response: Decodable {
                let uid: String
                let allowed: Bool
                let status: Status?
                let warnings: [String]?
                let auditAnnotations: [String: String]?
            }

            struct Status: Decodable {
                let code: Int
                let reason: String
            }

            let apiVersion: String
            let kind: String
            let response: Response
        }
    }
}
