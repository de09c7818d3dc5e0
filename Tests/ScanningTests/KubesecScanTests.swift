import AdmissionPolicy
import Foundation
import PodScoring
import Reports
import Testing

@testable import Scanning

/// The messages and exit statuses of `scan` under kubesec's rulesets.
@Suite struct KubesecScanTests {
    /// Scans a text and writes each report as `OBJECT VALID SCORE MESSAGE`.
    private func lines(_ text: String, ruleset: Ruleset = .kubesecV2) throws -> (reports: [String], status: Int32) {
        let scan = ManifestScan(ruleset: ruleset)
        let documents = scan.scan(Array(text.utf8), named: "f")
        let json = try JSONSerialization.jsonObject(with: Data(KubesecJSON.encode(documents))) as? [[String: Any]] ?? []
        let reports = json.map { report in
            let valid = report["valid"] as? Bool ?? false
            return "\(report["object"] ?? "") \(valid) \(report["score"] ?? "") \(report["message"] ?? "")"
        }
        return (reports, ScanTally(of: documents).status())
    }

    private static let unsupported = "This resource kind is not supported by kubesec"

    @Test(arguments: [
        ("{}", "Unknown false 0 error while parsing: missing 'kind' key"),
        ("kind: null", "Unknown false 0 error while parsing: missing 'kind' key"),
        ("kind: Pod", "Pod/undefined.default false 0 error while parsing: missing 'apiVersion' key"),
        ("kind: Pod\napiVersion: null", "Pod/undefined.default false 0 error while parsing: missing 'apiVersion' key"),
        ("kind: Secret\nfile=apiVersion: v1", "Secret/undefined.default false 0 error while parsing: missing 'apiVersion' key"),
        ("apiVersion: v1\nkind: ''", "/undefined.default true 0 \(unsupported)"),
        ("apiVersion: ''\nkind: Pod", "Pod/undefined.default true 0 Passed with a score of 0 points"),
        ("apiVersion: v1\nkind: pod\nmetadata: {name: a}", "pod/a.default true 0 \(unsupported)"),
        ("apiVersion: v1\nkind: ReplicationController", "ReplicationController/undefined.default true 0 \(unsupported)"),
        ("apiVersion: v1\nkind: PodTemplate", "PodTemplate/undefined.default true 0 \(unsupported)"),
        ("apiVersion: v1\nkind: List\nitems: []", "List/undefined.default true 0 \(unsupported)"),
        (
            "apiVersion: batch/v1\nkind: Job\nspec: {template: {spec: {hostPID: true}}}",
            "Job/undefined.default true 0 Passed with a score of 0 points"
        ),
        (
            "apiVersion: x/v9\nkind: Deployment\nspec: {template: {spec: {hostPID: true}}}",
            "Deployment/undefined.default true -9 Failed with a score of -9 points"
        ),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: '', namespace: ''}", "Pod/. true 0 Passed with a score of 0 points"),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: null, namespace: prod, generateName: a-}",
            "Pod/undefined.prod true 0 Passed with a score of 0 points"
        ),
    ])
    func `An object that scores 0 has a message, and the scan exits with 2`(text: String, expected: String) throws {
        let result = try lines(text)
        #expect(result.reports == [expected])
        #expect(result.status == 2)
    }

    @Test(arguments: [
        ("hostNetwork: 'true'", "f:4:16: spec.hostNetwork: expected boolean, found string"),
        ("containers: {}", "f:4:15: spec.containers: expected array, found object"),
        (
            "containers: [{securityContext: {runAsUser: 1.5}}]",
            "f:4:46: spec.containers[0].securityContext.runAsUser: expected integer, found number"
        ),
        (
            "containers: [{resources: {limits: {cpu: []}}}]",
            "f:4:43: spec.containers[0].resources.limits.cpu: expected quantity, found array"
        ),
        (
            "containers: [{env: [{valueFrom: {secretKeyRef: web}}]}]",
            "f:4:50: spec.containers[0].env[0].valueFrom.secretKeyRef: expected object, found string"
        ),
        ("hostAliases: none", "f:4:16: spec.hostAliases: expected array, found string"),
    ])
    func `A field of a wrong type makes the object invalid, and the message has its position`(field: String, message: String) throws {
        let result = try lines("apiVersion: v1\nkind: Pod\nspec:\n  \(field)\nmetadata: {name: web, namespace: prod}\n")
        #expect(result.reports == ["Pod/web.prod false 0 \(message)"])
        #expect(result.status == 2)
    }

    @Test(arguments: [
        ("kind: Pod\nspec: 5", "Pod/undefined.default false 0 error while parsing: missing 'apiVersion' key"),
        ("apiVersion: null\nspec: {}\nmetadata: []", "Unknown false 0 error while parsing: missing 'kind' key"),
        ("apiVersion: 1\nkind: Pod", "Pod/undefined.default false 0 f:1:13: apiVersion: expected string, found number"),
        ("apiVersion: v1\nkind: 5\nmetadata: {name: a}", "5/a.default false 0 f:2:7: kind: expected string, found number"),
    ])
    func `A missing key is reported before a wrong type`(text: String, expected: String) throws {
        #expect(try lines(text).reports == [expected])
    }

    private static let good = "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\nspec: {serviceAccountName: web}\n"

    @Test(
        arguments: [
            ("", 1), ("\n \n", 1), ("---\n", 1), ("---\n---\n", 1), ("# nothing\n", 2), ("null", 2), ("[]", 2), ("text", 2),
            ("kind: a: b", 1), ("{\"kind\": ", 1), ("a: *b", 1), ("{\"kind\":\"Pod\",\"kind\":\"Pod\"}", 2),
        ] as [(String, Int32)]
    )
    func `A text that cannot be parsed exits with 1, and one that is not an object with 2`(text: String, status: Int32) throws {
        let result = try lines(text)
        #expect(result.status == status)
        #expect(result.reports.count == 1 && result.reports.allSatisfy { $0.hasPrefix("Unknown false 0 f:1:") || $0.hasPrefix("Pod") })
    }

    @Test(
        arguments: [
            (["\(good)"], 0), (["\(good)", "\(good)"], 0), (["\(good)", "# comment\n", "\(good)"], 0),
            (["\(good)", "apiVersion: v1\nkind: Pod\n"], 2), (["\(good)", "apiVersion: v1\nkind: Namespace\n"], 2),
            (["apiVersion: v1\nkind: Pod\nspec: 5\n", "\(good)"], 2), (["a: b: c\n", "\(good)", "apiVersion: v1\nkind: Pod\n"], 1),
        ] as [([String], Int32)]
    )
    func `The worst document decides the status, and none hides another`(documents: [String], status: Int32) throws {
        for separator in ["---\n", "--- \n", "--- # next\n", "...\n---\n"] {
            let result = try lines(documents.joined(separator: separator))
            #expect(result.status == status)
            #expect(result.reports.count == documents.filter { !$0.hasPrefix("#") }.count)
        }
    }

    @Test func `The items of a list are scored, and get apiVersion and kind from a typed list`() throws {
        let text =
            #"{"apiVersion":"v1","kind":"PodList","items":[{"metadata":{"name":"a"}},{"kind":"Pod"},{"apiVersion":"v1","kind":"Pod","spec":7}]}"#
        #expect(
            try lines(text).reports == [
                "Pod/a.default true 0 Passed with a score of 0 points",
                "Pod/undefined.default false 0 error while parsing: missing 'apiVersion' key",
                "Pod/undefined.default false 0 f:1:126: spec: expected object, found number",
            ]
        )
    }

    @Test(arguments: [("apiVersion: v1\nkind: Namespace\n", 0), ("a: b: c", 2), ("", 2), ("kind: Pod\n", 2)] as [(String, Int32)])
    func `With a policy, the exit status is Podscore's`(text: String, status: Int32) {
        let policies = PolicySet(policies: [], builtInDefault: .builtInDefault(under: .kubesecV2), ownNamespace: "")
        let scan = ManifestScan(ruleset: .kubesecV2, policies: policies)
        let documents = scan.scan(Array(text.utf8), named: "f")
        #expect(ScanTally(of: documents).status() == status)
        #expect(!scan.endsAsKubesec)
    }

    @Test(arguments: [(Ruleset.kubesecV2, 1), (.podscoreV1, 2)] as [(Ruleset, Int32)])
    func `A file that cannot be read exits with kubesec's status, or with Podscore's`(ruleset: Ruleset, status: Int32) {
        let scan = ManifestScan(ruleset: ruleset)
        #expect(ScanTally(of: [scan.unreadableFile("f", "cannot read f: Permission denied")]).status() == status)
    }

    @Test(arguments: [("kind: Pod\nspec: {hostPID: true}\n", 7), ("kind: Pod\n", 0), ("a: b: c", 2)] as [(String, Int32)])
    func `Another status replaces that of failures, not that of invalid input`(text: String, status: Int32) {
        let scan = ManifestScan(ruleset: .podscoreV1)
        #expect(ScanTally(of: scan.scan(Array(text.utf8), named: "f")).status(failed: 7) == status)
    }

    @Test(
        arguments: [
            ("apiVersion: v1\nkind: Pod\n", 0), ("apiVersion: v1\nkind: Pod\nspec: {hostPID: true}\n", 1), ("kind: Pod\n", 0),
            ("apiVersion: v1\nkind: Namespace\n", 0), ("apiVersion: v1\nkind: Pod\nspec: 5\n", 2), ("a: b: c", 2), ("", 2), ("{}", 2),
        ] as [(String, Int32)]
    )
    func `Podscore's ruleset has Podscore's exit statuses`(text: String, status: Int32) throws {
        #expect(try lines(text, ruleset: .podscoreV1).status == status)
    }
}

extension ScanTally {
    /// Counts documents.
    init(of documents: [ScannedDocument]) {
        self.init()
        for document in documents { count(document) }
    }
}
