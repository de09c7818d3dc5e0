import Testing

@testable import KubernetesAPI

/// Mistakes in fields as the cause of violations.
@Suite struct FieldCauseTests {
    private func warnings(_ spec: String) throws -> FieldWarnings {
        let bytes = Array(#"{"apiVersion": "v1", "kind": "Pod", "spec": {\#(spec)}}"#.utf8)
        var parser = JSONNodeParser(bytes.span)
        let node = try #require(try parser.next())
        return FieldCheck.warnings(in: node, of: try KubernetesObject(from: node), podSpecPath: "spec")
    }

    @Test(arguments: [
        // A misspelled field explains the field that was meant, in its container or in all containers of the Pod.
        (#""containers": [{"securityContext": {"runAsNonroot": true}}]"#, "spec.containers[0].securityContext.runAsNonRoot", true),
        (#""containers": [{"securityContext": {"runAsNonroot": true}}]"#, "spec.containers[1].securityContext.runAsNonRoot", false),
        (#""containers": [{"securityContext": {"runAsNonroot": true}}]"#, "spec.initContainers[0].securityContext.runAsNonRoot", false),
        (#""containers": [{"securityContext": {"runAsNonroot": true}}]"#, "spec.containers[0].securityContext.runAsUser", false),
        (#""securityContext": {"runAsNonroot": true}"#, "spec.containers[1].securityContext.runAsNonRoot", true),
        // What stands below a misspelled or misplaced field counts.
        (#""containers": [{"securitycontext": {"runAsUser": 1}}]"#, "spec.containers[0].securityContext.runAsUser", true),
        (#""containers": [{"securitycontext": {"runAsUser": 1}}]"#, "spec.containers[0].securityContext.runAsGroup", false),
        (#""containers": [{"resources": {"limit": {"cpu": 1}}}]"#, "spec.containers[0].resources.limits.cpu", true),
        (#""containers": [{"resources": {"limit": {"cpu": 1}}}]"#, "spec.containers[0].resources.limits.memory", false),
        (#""securityContext": {"readOnlyRootFilesystem": true}"#, "spec.containers[0].securityContext.readOnlyRootFilesystem", true),
        (#""containers": [{"runAsNonRoot": true}]"#, "spec.containers[0].securityContext.runAsNonRoot", true),
        (#""containers": [{"capabilities": {"drop": ["ALL"]}}]"#, "spec.containers[0].securityContext.capabilities.drop", true),
        // Texts explain the field that holds them.
        (#""containers": [{"image": "a@sha256:1"}]"#, "spec.containers[0].image", true),
        (
            #""containers": [{"securityContext": {"capabilities": {"drop": ["all"]}}}]"#,
            "spec.containers[0].securityContext.capabilities.drop", true
        ),
        (#""securityContext": {"seccompProfile": {"type": "localhost"}}"#, "spec.containers[0].securityContext.seccompProfile.type", true),
        (#""hostNetworks": true"#, "spec.serviceAccountName", false),
    ])
    func `A mistake explains the violations that it causes`(spec: String, path: String, isExplained: Bool) throws {
        let warnings = try warnings(spec)
        #expect(warnings.count == 1)
        #expect(warnings.explaining(path).count == (isExplained ? 1 : 0))
    }
}
