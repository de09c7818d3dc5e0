import PodScoring
import Testing

/// Values that the API server fills in earn no points.
@Suite struct ServiceAccountTests {
    @Test(arguments: [
        (#""serviceAccountName": "web""#, true),
        (#""serviceAccountName": "Default""#, true),
        (#""serviceAccountName": "default""#, false),
        (#""serviceAccountName": """#, false),
        (#""serviceAccountName": null"#, false),
        (#""serviceAccount": "web""#, true),
        (#""serviceAccount": "default""#, false),
        (#""serviceAccountName": "", "serviceAccount": "web""#, true),
        (#""serviceAccountName": "default", "serviceAccount": "web""#, false),
        (#""serviceAccountName": "web", "serviceAccount": "default""#, true),
    ])
    func `Only a dedicated service account counts`(fields: String, holds: Bool) throws {
        let subject = try ScoringSubject.pod("{\(fields)}")
        #expect(Ruleset.podscoreV1.holds("ServiceAccountName", subject) == holds)
    }

    private static let token = #"{"name": "kube-api-access-abcde", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}"#
    private static let own =
        #"{"name": "vault", "projected": {"sources": [{"configMap": {}}, {"serviceAccountToken": {"path": "token"}}]}}"#

    @Test(arguments: [
        ("", ["spec.automountServiceAccountToken"]),
        (#""automountServiceAccountToken": true"#, ["spec.automountServiceAccountToken"]),
        (#""automountServiceAccountToken": null"#, ["spec.automountServiceAccountToken"]),
        (#""automountServiceAccountToken": false"#, []),
        (#""automountServiceAccountToken": false, "volumes": [{}, \#(own)]"#, ["spec.volumes[1].projected.sources"]),
        (#""volumes": [\#(own)]"#, ["spec.automountServiceAccountToken", "spec.volumes[0].projected.sources"]),
        (#""automountServiceAccountToken": false, "volumes": [{"projected": {"sources": [{"configMap": {}}]}}]"#, []),
    ])
    func `A manifest must disable the token`(fields: String, paths: [String]) throws {
        let outcome = Ruleset.podscoreV1.outcome(of: "AutomountServiceAccountToken", try .pod("{\(fields)}"))
        #expect((outcome == .holds) == paths.isEmpty)
        #expect(outcome?.paths(in: .pod) == paths)
    }

    @Test(arguments: [
        ("", []),
        (#""automountServiceAccountToken": true"#, []),
        (#""automountServiceAccountToken": false"#, []),
        (#""volumes": [\#(token)]"#, ["spec.automountServiceAccountToken"]),
        (#""automountServiceAccountToken": true, "volumes": [\#(token)]"#, ["spec.automountServiceAccountToken"]),
        (#""automountServiceAccountToken": false, "volumes": [\#(token)]"#, ["spec.volumes[0].projected.sources"]),
        (#""volumes": [\#(token), \#(own)]"#, ["spec.automountServiceAccountToken", "spec.volumes[1].projected.sources"]),
    ])
    func `In an admitted Pod the volumes show whether a token is mounted`(fields: String, paths: [String]) throws {
        let outcome = Ruleset.podscoreV1.outcome(of: "AutomountServiceAccountToken", try .pod("{\(fields)}", context: .admittedPod))
        #expect((outcome == .holds) == paths.isEmpty)
        #expect(outcome?.paths(in: .pod) == paths)
    }
}
