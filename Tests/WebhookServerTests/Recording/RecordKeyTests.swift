import AdmissionPolicy
import KubernetesAPI
import Testing

@testable import WebhookServer

@Suite struct RecordKeyTests {
    private static func request(
        _ name: String = "web",
        generateName: String = "",
        namespace: String = "payments",
        containers: [String] = ["app"],
        _ change: (inout AdmissionRequest) -> Void = { _ in }
    ) -> AdmissionRequest {
        let containers = containers.map { name in
            var container = Container()
            container.name = name
            return container
        }
        var request = AdmissionRequest.creatingPod(name, generateName: generateName, namespace: namespace, containers: containers)
        change(&request)
        return request
    }

    @Test(arguments: [
        ("", "web-7d9f8c6b5-", "", "web-5b4d7f9c8-"), ("web-0", "", "web-11", ""), ("", "nightly-28712345-", "", "nightly-28712346-"),
    ])
    func `Pods of one workload have one key`(name: String, generateName: String, other: String, otherGenerateName: String) throws {
        let key = try #require(RecordKey(Self.request(name, generateName: generateName), decided: .allow))
        #expect(RecordKey(Self.request(other, generateName: otherGenerateName), decided: .deny) == key)
    }

    @Test func `Another name, namespace, kind, operation, subresource or container gives another key`() throws {
        let keys = [
            RecordKey(Self.request(), decided: .allow),
            RecordKey(Self.request("web-app"), decided: .allow),
            RecordKey(Self.request("api-grpc"), decided: .allow),
            RecordKey(Self.request(namespace: "other"), decided: .allow),
            RecordKey(Self.request(containers: ["app", "proxy"]), decided: .allow),
            RecordKey(Self.request { $0.operation = .update }, decided: .allow),
            RecordKey(Self.request { $0.subResource = "resize" }, decided: .allow),
            RecordKey(Self.request { $0.subResource = "status" }, decided: .allow),
            RecordKey(Self.request { $0.kind.kind = "ReplicationController" }, decided: .allow),
        ]
        #expect(!keys.contains(nil))
        #expect(Set(keys).count == keys.count)
    }

    @Test func `A request that all policies decide alike has no key`() {
        #expect(RecordKey(Self.request { $0.isDryRun = true }, decided: .deny) == nil)
        #expect(RecordKey(Self.request { $0.operation = .delete }, decided: .allow) == nil)
        #expect(RecordKey(Self.request { $0.operation = .connect }, decided: .allow) == nil)
        let status = Self.request {
            $0.subResource = "status"
            $0.object = .absent
        }
        #expect(RecordKey(status, decided: .allow) == nil)
        #expect(RecordKey(Self.request { $0.kind.kind = "ConfigMap" }, decided: .allow) == nil)
        #expect(RecordKey(Self.request { $0.operation = .update }, decided: .unchanged) == nil)
    }

    @Test func `A workload of another project has a key unless it names the workload with its template`() throws {
        func key(_ group: String, _ kind: String, spec: String) throws -> RecordKey? {
            let text = """
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u", "operation": "CREATE",
                 "kind": {"group": "\(group)", "version": "v1", "kind": "\(kind)"}, "namespace": "n",
                 "object": {"metadata": {"name": "a"}, "spec": \(spec)}}}
                """
            return RecordKey(try AdmissionReview(parsing: Array(text.utf8).span).request, decided: .allow)
        }
        let template = #"{"template": {"spec": {"containers": [{"name": "a"}]}}}"#
        let keys = [
            try key("argoproj.io", "Rollout", spec: template), try key("apps.kruise.io", "StatefulSet", spec: template),
            try key("apps", "StatefulSet", spec: template), try key("apps.kruise.io", "CloneSet", spec: "{}"),
        ]
        #expect(!keys.contains(nil) && Set(keys).count == keys.count)
        #expect(try key("argoproj.io", "Rollout", spec: #"{"workloadRef": {"name": "web"}}"#) == nil)
        #expect(try key("example.com", "StatefulSet", spec: template) == nil)
    }

    @Test(arguments: [
        ("payments", "payments"), ("", ""), ("../../etc/passwd", "++++++etc+passwd"), ("a_b.json", "a+b+json"),
        (String(repeating: "n", count: 1_000), String(repeating: "n", count: 63)),
    ])
    func `The name of the file has the namespace, without characters of a path`(namespace: String, part: String) throws {
        let key = try #require(RecordKey(Self.request(namespace: namespace), decided: .allow))
        #expect(key.fileName.hasPrefix(part + "_") && key.fileName.hasSuffix(".json") && key.fileName.utf8.count == part.utf8.count + 22)
        #expect(RecordKey.namespace(ofFile: key.fileName) == part)
    }

    @Test(arguments: ["notes.txt", "payments.json", "payments_1.json", ".new-a_0123456789abcdef.json.json", "a_b_0123456789abcdef.json"])
    func `A file with another name is not a record`(name: String) {
        #expect(RecordKey.namespace(ofFile: name) == nil)
    }
}
