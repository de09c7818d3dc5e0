import KubernetesAPI
import Testing

@testable import ClusterAudit

@Suite struct OwnerIdentityTests {
    private static func identity(_ namespace: String?, _ kind: String, _ name: String, uid: String = "") -> OwnerIdentity {
        OwnerIdentity(namespace: namespace, group: "apps", version: "v1", kind: kind, name: name, uid: uid)
    }

    @Test func `Owners are sorted by Namespace, kind and name as bytes`() {
        let sorted = [
            Self.identity(nil, "Node", "a"), Self.identity("Z", "Pod", "a"), Self.identity("a", "DaemonSet", "b"),
            Self.identity("a", "Deployment", "a"), Self.identity("a", "Deployment", "b", uid: "1"),
            Self.identity("a", "Deployment", "b", uid: "2"), Self.identity("b", "DaemonSet", "a"),
        ]
        #expect(sorted.reversed().sorted() == sorted)
    }

    @Test(arguments: [("apps/v1", "apps", "v1"), ("v1", "", "v1"), ("argoproj.io/v1alpha1", "argoproj.io", "v1alpha1"), ("", "", "")])
    func `The API version of a reference is divided into group and version`(apiVersion: String, group: String, version: String) {
        var reference = ControllerReference()
        (reference.apiVersion, reference.kind, reference.name, reference.uid) = (apiVersion, "Web", "a", "u")
        let identity = OwnerIdentity(reference, inNamespace: "shop")
        #expect(identity.group == group)
        #expect(identity.version == version)
        #expect(identity.apiVersion == apiVersion)
        #expect(identity.title == "Web/a")
    }
}
