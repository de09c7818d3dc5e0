import Testing

@testable import KubernetesAPI

/// Fields that Kubernetes ignores, because they are misspelled or at the wrong level.
@Suite struct FieldCheckTests {
    /// The warnings about an object in JSON.
    private func warnings(_ text: String, podSpecPath: String = "spec.template.spec") throws -> FieldWarnings {
        let bytes = Array(text.utf8)
        var parser = JSONNodeParser(bytes.span)
        let node = try #require(try parser.next())
        return FieldCheck.warnings(in: node, of: try KubernetesObject(from: node), podSpecPath: podSpecPath)
    }

    /// The warnings about a Deployment whose Pod spec has these members.
    private func warnings(inPodSpec members: String) throws -> FieldWarnings {
        try warnings(#"{"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": {"spec": {\#(members)}}}}"#)
    }

    private func warnings(inContainer members: String) throws -> FieldWarnings {
        try warnings(inPodSpec: #""containers": [{"name": "a"}, {\#(members)}]"#)
    }

    @Test func `An unknown field is named with its position and what was probably meant`() throws {
        let text = """
            {"apiVersion": "v1", "kind": "Pod", "spec": {
              "containers": [{"name": "a", "securityContext": {
                "runAsNonroot": true}}]}}
            """
        let warning = try #require(try warnings(text, podSpecPath: "spec").listed.first)
        #expect(warning.message == #"unknown field "runAsNonroot", did you mean runAsNonRoot?"#)
        #expect(warning.kind == .unknownField)
        #expect(warning.path == "spec.containers[0].securityContext.runAsNonroot")
        #expect(warning.position == Position(line: 3, column: 5))
        #expect(warning.cause == #"line 3 has the unknown field "runAsNonroot""#)
    }

    @Test(arguments: [
        (
            #""securityContext": {"readOnlyRootFilesystem": true}"#,
            "readOnlyRootFilesystem has no effect in the Pod's securityContext; it belongs to each container's"
        ),
        (#""image": "a""#, "image has no effect in the Pod's spec; it belongs to each container"),
        (#""runAsNonRoot": true"#, "runAsNonRoot has no effect in the Pod's spec; it belongs to securityContext"),
        (#""privileged": true"#, "privileged has no effect in the Pod's spec; it belongs to each container's securityContext"),
        (#""replicas": 1"#, "replicas has no effect in the Pod's spec; it belongs to the Deployment's spec"),
        (#""labels": {}"#, "labels has no effect in the Pod's spec; it belongs to metadata"),
        (
            #""securityContext": {"readOnlyRootFileSystem": true}"#,
            #"unknown field "readOnlyRootFileSystem", did you mean readOnlyRootFilesystem in each container's securityContext?"#
        ),
        (#""containers": [{"hostNetwork": true}]"#, "hostNetwork has no effect in a container; it belongs to spec.template.spec"),
        (#""containers": [{"runAsUser": 1}]"#, "runAsUser has no effect in a container; it belongs to securityContext"),
        (
            #""containers": [{"securityContext": {"fsGroup": 1}}]"#,
            "fsGroup has no effect in a container's securityContext; it belongs to the Pod's"
        ),
        (
            #""containers": [{"securityContext": {"drop": []}}]"#,
            "drop has no effect in a container's securityContext; it belongs to capabilities"
        ),
        (#""containers": [{"limits": {}}]"#, "limits has no effect in a container; it belongs to resources"),
        (#""container": []"#, #"unknown field "container", did you mean containers?"#),
        (#""frobnicate": 1"#, #"unknown field "frobnicate""#),
        (#""name": "a""#, #"name has no effect in the Pod's spec; it belongs to metadata"#),
    ])
    func `A field at the wrong level is told where it belongs`(members: String, message: String) throws {
        #expect(try warnings(inPodSpec: members).listed.map(\.message) == [message])
    }

    @Test(arguments: [
        (
            #""kind": "Deployment", "spec": {"containers": []}"#,
            "containers has no effect in the Deployment's spec; it belongs to spec.template.spec"
        ),
        (#""kind": "Deployment", "replicas": 1"#, "replicas has no effect at the top level; it belongs to spec"),
        (
            #""kind": "Deployment", "spec": {"template": {"containers": []}}"#,
            "containers has no effect directly in the template; it belongs to spec.template.spec"
        ),
        (#""kind": "Deployment", "spec": {"image": "a"}"#, "image has no effect in the Deployment's spec; it belongs to each container"),
        (#""kind": "Deployment", "metadata": {"lables": {}}"#, #"unknown field "lables", did you mean labels?"#),
        (#""kind": "StatefulSet", "spec": {"strategy": {}}"#, #"unknown field "strategy""#),
    ])
    func `A field outside of the Pod spec is checked as well`(members: String, message: String) throws {
        #expect(try warnings(#"{"apiVersion": "apps/v1", \#(members)}"#).listed.map(\.message) == [message])
    }

    @Test func `Fields of a CronJob belong to one of its three specs`() throws {
        let path = "spec.jobTemplate.spec.template.spec"
        let text =
            #"{"apiVersion": "batch/v1", "kind": "CronJob", "spec": {"backoffLimit": 1, "hostPID": true, "jobTemplate": {"schedule": ""}}}"#
        #expect(
            try warnings(text, podSpecPath: path).listed.map(\.message) == [
                "backoffLimit has no effect in the CronJob's spec; it belongs to spec.jobTemplate.spec",
                "hostPID has no effect in the CronJob's spec; it belongs to \(path)",
                #"unknown field "schedule""#,
            ]
        )
    }

    @Test func `The Pod template of another project is checked, and nothing else of it`() throws {
        let pod = #"{"containers": [{"name": "a", "securityContext": {"runAsNonroot": true}}], "timeoutSeconds": 1}"#
        for kind in [#""argoproj.io/v1alpha1", "kind": "Rollout""#, #""serving.knative.dev/v1", "kind": "Service""#] {
            let text = #"{"apiVersion": \#(kind), "spec": {"replica": 1, "template": {"spec": \#(pod)}}}"#
            let warning = try #require(try warnings(text).listed.first)
            #expect(warning.path == "spec.template.spec.containers[0].securityContext.runAsNonroot")
            #expect(try warnings(text).listed.count == 1)
        }
    }

    @Test(arguments: [
        #""nodeSelector": {"a b": "c"}, "overhead": {"x": 1}, "resources": {"limits": {"example.com/gpu": 1}}"#,
        #""serviceAccount": "a", "volumes": [{"name": "a", "gitRepo": {"repository": "b"}}, {"name": "b", "csi": {"volumeAttributes": {"x": 1}}}]"#,
        #""containers": [{"resources": {"requests": {"cpu": 1, "foo": 2}}, "livenessProbe": {"httpGet": {"port": "http"}}}]"#,
        #""affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"labelSelector": {"matchLabels": {"x": "y"}}}]}}"#,
        #""containers": null, "volumes": [null], "securityContext": {}"#,
        #""$patch": "delete", "$retainKeys": [], "(env != null)": true"#,
    ])
    func `Keys of maps, fields of earlier versions and directives of tools are no mistake`(members: String) throws {
        #expect(try warnings(inPodSpec: members).isEmpty)
    }

    @Test(arguments: [
        #"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"vendorKey": 1, "labels": {"x": 1}, "clusterName": "a"}, "status": {"x": 1}}"#,
        #"{"apiVersion": "extensions/v1beta1", "kind": "Deployment", "spec": {"rollbackTo": {"revision": 1}}}"#,
        #"{"apiVersion": "example.com/v1", "kind": "DaemonSet", "spec": {"x": 1}}"#,
        #"{"apiVersion": "apps.kruise.io/v1", "kind": "DaemonSet", "spec": {"x": 1, "template": {"spec": {"x": 1}}}}"#,
        #"{"apiVersion": "serving.knative.dev/v1", "kind": "Service", "spec": {"template": {"spec": {"containerConcurrency": 1}}}}"#,
        #"{"apiVersion": "v1", "kind": "ConfigMap", "data": {"x": 1}, "x": 1}"#,
        #"{"apiVersion": "example.com/v1", "kind": "Widget", "spec": {"template": {"spec": {"x": 1}}}}"#,
    ])
    func `Extra metadata, status, earlier versions and other kinds cause no warning`(text: String) throws {
        #expect(try warnings(text).isEmpty)
    }

    @Test(arguments: [
        (#""image": "a@sha256:abc""#, #"malformed digest "sha256:abc": sha256 has 64 hexadecimal digits in lower case"#, "image"),
        (#""image": "a@abc""#, #"malformed digest "abc": expected sha256: and 64 digits"#, "image"),
        (
            #""securityContext": {"capabilities": {"drop": ["ALL", "all"]}}"#,
            #"write ALL instead of "all": the Pod Security Standards expect capabilities in upper case and without CAP_"#,
            "securityContext.capabilities.drop[1]"
        ),
        (
            #""securityContext": {"capabilities": {"add": ["CAP_NET_RAW"]}}"#,
            #"write NET_RAW instead of "CAP_NET_RAW": the Pod Security Standards expect capabilities in upper case and without CAP_"#,
            "securityContext.capabilities.add[0]"
        ),
        (
            #""securityContext": {"seccompProfile": {"type": "runtimedefault"}}"#,
            #"write RuntimeDefault instead of "runtimedefault": Kubernetes distinguishes upper and lower case"#,
            "securityContext.seccompProfile.type"
        ),
    ])
    func `A text in a wrong spelling is told the right one`(members: String, message: String, field: String) throws {
        let warnings = try warnings(inContainer: members)
        #expect(warnings.listed.map(\.message) == [message])
        #expect(warnings.listed.map(\.path) == ["spec.template.spec.containers[1].\(field)"])
    }

    private static let digits = String(repeating: "0123456789abcdef", count: 4)

    @Test(arguments: [
        #""image": "a@sha256:\#(digits)""#, #""image": "a:1@sha512:\#(digits)\#(digits)""#, #""image": "a@blake3:\#(digits)""#,
        #""image": "a@${DIGEST}""#, #""image": "a@{{ .Values.digest }}""#, #""image": "a""#,
        #""securityContext": {"capabilities": {"drop": ["ALL", "NET_RAW", "{{ x }}", "foo", "CAP_FOO"]}, "procMount": "Unmasked"}"#,
        #""securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}"#, #""securityContext": {"seccompProfile": {"type": "Other"}}"#,
    ])
    func `Other texts cause no warning`(members: String) throws {
        #expect(try warnings(inContainer: members).isEmpty)
    }

    @Test func `Warnings above the limit are counted`() throws {
        let members = (0..<15).map { #""unknown\#($0)": 1"# }.joined(separator: ", ")
        let warnings = try warnings(inPodSpec: members)
        #expect(warnings.listed.count == FieldWarnings.limit)
        #expect(warnings.unlistedCount == 15 - FieldWarnings.limit)
        #expect(warnings.count == 15)
    }

    @Test func `A name cannot change the line that shows it, and a long one is cut`() throws {
        let text = #"a\n::error::\u202e\""# + String(repeating: "x", count: 10_000)
        let warning = try #require(try warnings(inPodSpec: #""\#(text)": 1"#).listed.first)
        for text in [warning.message, warning.path, warning.cause] {
            #expect(!text.unicodeScalars.contains(where: VisibleText.isHidden))
            #expect(text.utf8.count < 300)
        }
        #expect(warning.message.hasPrefix(#"unknown field "a\u{A}::error::\u{202E}\""#), "\(warning.message)")
    }
}
