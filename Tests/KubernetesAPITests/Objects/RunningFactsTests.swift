import Testing

@testable import KubernetesAPI

@Suite struct RunningFactsTests {
    /// Reads a text as JSON and through its nodes; both must give the same.
    private static func read(_ text: String, keepingLabels keepsLabels: Bool = false) throws -> RunningFacts {
        let bytes = Array(text.utf8)
        var parser = JSONNodeParser(bytes.span)
        let node = try #require(try parser.next())
        let facts = try RunningFacts(reading: bytes.span, keepingLabels: keepsLabels)
        #expect(try RunningFacts(reading: node, keepingLabels: keepsLabels) == facts)
        return facts
    }

    @Test func `Only the reference with controller true names the controller`() throws {
        let facts = try Self.read(
            """
            {"metadata": {"uid": "p1", "name": "web-1", "ownerReferences": [
              {"apiVersion": "v1", "kind": "ConfigMap", "name": "settings", "uid": "c1"},
              {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "r1", "controller": true, "blockOwnerDeletion": true}]}}
            """
        )
        #expect(facts.uid == "p1")
        #expect(facts.controller?.apiVersion == "apps/v1")
        #expect(facts.controller?.kind == "ReplicaSet")
        #expect(facts.controller?.name == "web")
        #expect(facts.controller?.uid == "r1")
    }

    @Test(arguments: ["{}", #"{"metadata": null}"#, #"{"metadata": {"ownerReferences": null}, "status": null}"#])
    func `An object without facts has none`(text: String) throws {
        #expect(try Self.read(text) == RunningFacts())
    }

    @Test func `The images of all containers are read with what was pulled`() throws {
        let facts = try Self.read(
            """
            {"status": {"phase": "Running",
              "initContainerStatuses": [{"name": "init", "image": "busybox:1", "imageID": "sha256:aaaa"}],
              "containerStatuses": [
                {"name": "web", "image": "nginx:1.29", "imageID": "docker.io/library/nginx@sha256:bbbb", "state": {"running": {}}},
                {"name": "new", "image": "nginx:1.30", "imageID": ""}]}}
            """
        )
        #expect(facts.phase == "Running")
        #expect(facts.images.map(\.container) == ["init", "web", "new"])
        #expect(facts.images.map(\.digest) == [nil, "sha256:bbbb", nil])
    }

    @Test(arguments: [("Succeeded", true), ("Failed", true), ("Running", false), ("Pending", false), ("", false)])
    func `A Pod that ran to its end is finished`(phase: String, isFinished: Bool) throws {
        #expect(try Self.read(#"{"status": {"phase": "\#(phase)"}}"#).isFinishedPod == isFinished)
    }

    @Test func `A Job is finished when it is complete or has failed`() throws {
        func job(_ type: String, _ status: String) -> String {
            #"{"status": {"conditions": [{"type": "Suspended", "status": "False"}, {"type": "\#(type)", "status": "\#(status)"}]}}"#
        }
        #expect(try Self.read(job("Complete", "True")).isFinishedJob)
        #expect(try Self.read(job("Failed", "True")).isFinishedJob)
        #expect(try !Self.read(job("Complete", "False")).isFinishedJob)
        #expect(try !Self.read(job("Suspended", "True")).isFinishedJob)
    }

    @Test(arguments: [
        #"{"metadata": {"labels": {"a": "1"}}, "spec": {"replicas": 1, "template": {"metadata": {"name": "t", "labels": {"b": "2"}}, "spec": {}}}}"#,
        #"{"metadata": {"labels": {"a": "1"}}, "spec": {"jobTemplate": {"metadata": {"labels": {"c": "3"}}, "spec": {"jobTemplate": {}, "template": "#
            + #"{"metadata": {"labels": {"b": "2"}}}}}}}"#,
    ])
    func `Labels of a workload and of its Pods are read if they are asked for`(text: String) throws {
        let facts = try Self.read(text, keepingLabels: true)
        #expect(facts.labels == [RunningLabel(key: "a", value: "1")])
        #expect(facts.templateLabels == [RunningLabel(key: "b", value: "2")])
        #expect(try Self.read(text) == RunningFacts())
    }

    @Test func `A field of a wrong type is an error`() {
        #expect(throws: DecodingFailure.self) { try RunningFacts(reading: Array(#"{"metadata": {"uid": 1}}"#.utf8).span) }
    }

    @Test(arguments: [
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"b"},"spec":{"hostPID":true,"containers":[{"name":"c","image":"d"}]}}"#,
        #"{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"a"},"spec":{"jobTemplate":{"spec":{"template":{"spec":{"hostIPC":true}}}}}}"#,
        #"{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"a"},"spec":{"template":{"spec":{"hostIPC":true}}}}"#,
    ])
    func `An object that is written and read again is the same`(text: String) throws {
        var object = KubernetesObject()
        try object.read(from: Array(text.utf8).span, among: .standard)
        #expect(object.podSpec != nil)
        var again = KubernetesObject()
        try again.read(from: object.encoded.span, keeping: ModelBudget.greatest, among: .standard)
        #expect(again == object)
    }

    @Test func `An item of a list is read as the kind of the list`() throws {
        var object = KubernetesObject()
        (object.apiVersion, object.kind) = ("v1", "Pod")
        try object.read(from: Array(#"{"metadata":{"name":"a"},"spec":{"hostPID":true}}"#.utf8).span, among: .standard)
        #expect(object.podSpec?.hostPID == true)
        #expect(object.kind == "Pod")
    }
}
