import Testing

@testable import KubernetesAPI

/// Workloads that are not Kubernetes' own.
@Suite struct OtherWorkloadTests {
    private static let template = #"{"metadata": {"name": "t"}, "spec": {"hostPID": true, "containers": [{"name": "a", "image": "i"}]}}"#

    /// Reads a text as JSON and through its nodes; both must give the same.
    private static func read(_ text: String, among workloads: KnownWorkloads = .standard) throws -> KubernetesObject {
        let bytes = Array(text.utf8)
        var parser = JSONNodeParser(bytes.span)
        let node = try #require(try parser.next())
        var reader = JSONReader(bytes.span)
        reader.start()
        let object = try KubernetesObject(from: &reader, among: workloads)
        try reader.finish()
        #expect(try KubernetesObject(from: node, among: workloads) == object)
        return object
    }

    private static func review(_ group: String, _ kind: String, object: String, before: String = "") -> String {
        """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {\(before)"uid": "u", "operation": "CREATE",
         "kind": {"group": "\(group)", "version": "v1", "kind": "\(kind)"}, "object": \(object)}}
        """
    }

    private static func request(_ text: String, among workloads: KnownWorkloads = .standard) throws -> AdmissionRequest {
        try AdmissionReview(parsing: Array(text.utf8).span, among: workloads).request
    }

    @Test(arguments: OtherWorkload.known) func `The template of a known kind is read, in whatever order its keys are`(
        workload: OtherWorkload
    ) throws {
        let kind = #""kind": "\#(workload.kind)""#
        let version = #""apiVersion": "\#(workload.group.isEmpty ? "" : workload.group + "/")v1""#
        let spec = #""spec": {"replicas": 1, "template": \#(Self.template), "x": {}}"#
        for text in ["{\(version), \(kind), \(spec)}", "{\(spec), \(kind), \(version)}", "{\(kind), \(spec), \(version)}"] {
            let object = try Self.read(text)
            guard case .otherWorkload(workload, let template?) = object.content else {
                Issue.record("\(text): \(object.content)")
                continue
            }
            #expect(template.spec.hostPID == true && template.metadata.name == "t" && object.podSpec == template.spec)
        }
        let request = try Self.request(Self.review(workload.group, workload.kind, object: "{\(spec)}"))
        #expect(request.isOtherWorkload && request.object.object?.podSpec?.hostPID == true)
    }

    @Test(arguments: [
        ("batch.volcano.sh/v1", "Job"), ("example.com/v1", "Rollout"), ("v1", "Service"), ("apps/v1", "DeploymentConfig"),
        ("example.com/v1", "Deployment"), ("serving.knative.dev/v1", "Revision"), ("v1", "Deployment"),
    ])
    func `A kind of another API group is not read, whatever its fields hold`(version: String, kind: String) throws {
        for spec in [#"{"template": \#(Self.template)}"#, #""a text""#, #"{"template": [1]}"#] {
            let object = try Self.read(#"{"apiVersion": "\#(version)", "kind": "\#(kind)", "spec": \#(spec)}"#)
            #expect(object.content == .other)
        }
    }

    @Test func `kubesec takes a kind by its name alone, and knows no other projects`() throws {
        let spec = #""spec": {"template": \#(Self.template)}"#
        let job = try Self.read(#"{"apiVersion": "batch.volcano.sh/v1", "kind": "Job", \#(spec)}"#, among: .asKubesec)
        #expect(job.podSpec?.hostPID == true)
        let rollout = try Self.read(#"{"apiVersion": "argoproj.io/v1", "kind": "Rollout", "spec": {"template": 1}}"#, among: .asKubesec)
        #expect(rollout.content == .other)
    }

    @Test(arguments: ["", #", "template": null"#, #", "template": {}"#, #", "template": {"spec": {"containers": null}}"#])
    func `A Rollout that names another workload has no template`(beside: String) throws {
        let rollout = #"{"apiVersion": "argoproj.io/v1", "kind": "Rollout", "spec": {"workloadRef": {"kind": "Deployment"}\#(beside)}}"#
        let object = try Self.read(rollout)
        #expect(object.podSpec == nil)
        #expect(object.podsElsewhere == "the workload in spec.workloadRef is scored instead")
        #expect(AdmissionRequest(creating: object, inNamespace: "default") == nil)
        let request = try Self.request(Self.review("argoproj.io", "Rollout", object: rollout))
        #expect(request.isOtherWorkload && request.object.refersToOtherWorkload)
    }

    @Test func `A template beside the name of another workload is read`() throws {
        let spec = #"{"workloadRef": {"name": "web"}, "template": \#(Self.template)}"#
        let object = try Self.read(#"{"apiVersion": "argoproj.io/v1", "kind": "Rollout", "spec": \#(spec)}"#)
        #expect(object.podSpec?.hostPID == true && object.podsElsewhere == nil)
    }

    @Test(arguments: [
        "{}", #"{"spec": null}"#, #"{"spec": {}}"#, #"{"spec": {"template": null}}"#, #"{"spec": {"template": {}}}"#,
        #"{"spec": {"template": {"metadata": {}}}}"#, #"{"spec": {"template": {"spec": null}}}"#, #"{"template": {"spec": {}}}"#,
        #"{"spec": {"workloadRef": null}}"#,
    ])
    func `An object without its template is invalid`(object: String) throws {
        let known = #"{"apiVersion": "argoproj.io/v1", "kind": "Rollout", \#(object.dropFirst())"#.replacing(", }", with: "}")
        let failure = #expect(throws: DecodingFailure.self) { try Self.read(known) }
        #expect(failure?.reason == .noPodTemplate(path: "spec.template"))
        #expect(failure?.reason.description == "no Pod template at .spec.template")
        let request = try Self.request(Self.review("argoproj.io", "Rollout", object: object))
        guard case .undecodable = request.object else {
            Issue.record("decoded: \(request.object)")
            return
        }
        #expect(request.isOtherWorkload)
    }

    @Test(arguments: [#"{"spec": 1}"#, #"{"spec": {"template": "t"}}"#, #"{"spec": {"template": {"spec": {"hostPID": 1}}}}"#])
    func `A value of the wrong type on the way to the template is invalid`(object: String) throws {
        let request = try Self.request(Self.review("apps.kruise.io", "CloneSet", object: object))
        guard case .undecodable(let failure) = request.object, case .wrongType = failure.reason else {
            Issue.record("\(request.object)")
            return
        }
    }

    @Test(arguments: [
        #"{"spec": {"template": {"spec": {}}, "template": {"spec": {}}}}"#, #"{"spec": {"template": {"spec": {}, "spec": {}}}}"#,
        #"{"spec": {"workloadRef": {}, "template": {"spec": {}}, "workloadRef": {}}}"#,
    ])
    func `A key on the way to the template that occurs twice is rejected`(object: String) {
        let failure = #expect(throws: DecodingFailure.self) { try Self.request(Self.review("argoproj.io", "Rollout", object: object)) }
        guard case .duplicateKey = failure?.reason else {
            Issue.record("\(failure.debugDescription)")
            return
        }
    }

    @Test func `An object before its kind is read, and what follows it as well`() throws {
        let object = #"{"spec": {"template": \#(Self.template)}}"#
        let request = try Self.request(Self.review("argoproj.io", "Rollout", object: "null", before: #""oldObject": \#(object), "#))
        #expect(request.oldObject.object?.podSpec?.hostPID == true && request.uid == "u")
    }

    @Test(arguments: [
        (#"[{}]"#, "[]", ["user-container"], []), (#"[{"name": "a"}]"#, "[{}]", ["a"], ["init-container"]),
        (#"[{}, {"name": "user-container-0"}, {}]"#, "[]", ["user-container-1", "user-container-0", "user-container-2"], []),
        (#"[{}]"#, #"[{"name": "user-container"}]"#, ["user-container-0"], ["user-container"]),
        (#"[{}]"#, #"[{}, {}]"#, ["user-container"], ["init-container-0", "init-container-1"]),
    ])
    func `Knative names containers without a name`(containers: String, initContainers: String, names: [String], initNames: [String]) throws
    {
        let spec = #"{"containerConcurrency": 1, "containers": \#(containers), "initContainers": \#(initContainers)}"#
        let text = #"{"apiVersion": "serving.knative.dev/v1", "kind": "Service", "spec": {"template": {"spec": \#(spec)}}}"#
        let pod = try #require(try Self.read(text).podSpec)
        #expect(pod.containers.map(\.name) == names && pod.initContainers.map(\.name) == initNames)
    }

    @Test func `The names that Knative gives count as memory`() throws {
        let containers = Array(repeating: "{}", count: 1_000).joined(separator: ",")
        let object = #"{"spec": {"template": {"spec": {"containers": [\#(containers)]}}}}"#
        let text = Self.review("serving.knative.dev", "Service", object: object)
        let review = try AdmissionReview(parsing: Array(text.utf8).span, keeping: 8 << 20)
        #expect(review.request.object.object?.podSpec?.containers.last?.name == "user-container-999")
        let less = try AdmissionReview(parsing: Array(text.utf8).span, keeping: ModelSize.of(review) - 1)
        guard case .undecodable = less.request.object else {
            Issue.record("decoded")
            return
        }
    }

    @Test(arguments: [
        ("Workflow", "argoproj.io", true), ("CronWorkflow", "argoproj.io", true), ("Task", "tekton.dev", true),
        ("PipelineRun", "tekton.dev", true), ("Task", "argoproj.io", false), ("Application", "argoproj.io", false), ("Workflow", "", false),
    ])
    func `The Pods of workflows are scored at admission`(kind: String, group: String, isWorkflow: Bool) throws {
        let object = try Self.read(#"{"apiVersion": "\#(group)/v1", "kind": "\#(kind)", "spec": {"template": 1}}"#)
        #expect(object.podsElsewhere == (isWorkflow ? "its Pods are scored at admission" : nil))
    }
}

/// Kinds with a Pod template that the command line adds.
@Suite struct AddedWorkloadTests {
    @Test(arguments: [
        ("example.com/Worker=.spec.template", "spec.template"), ("example.com/Worker=.template", "template"),
        ("a-1.b/K8=.spec.worker_pool.pod-template", "spec.worker_pool.pod-template"), ("/Thing=.a.b.c", "a.b.c"),
        ("argoproj.io/Rollout=.spec.other", "spec.other"), ("batch.volcano.sh/Job=.spec.template", "spec.template"),
    ])
    func `A kind with its path is read`(text: String, path: String) throws {
        let workload = try OtherWorkload(parsing: text)
        #expect(workload.templatePath == path && workload.description == text)
        let keys = path.split(separator: ".")
        let object = keys.reversed().reduce(#"{"spec": {"hostPID": true}}"#) { #"{"x": [1], "\#($1)": \#($0)}"# }
        let version = workload.group.isEmpty ? "v1" : workload.group + "/v1"
        let whole = #"{"apiVersion": "\#(version)", "kind": "\#(workload.kind)", \#(object.dropFirst())"#
        var parser = JSONNodeParser(Array(whole.utf8).span)
        let node = try #require(try parser.next())
        let known = KnownWorkloads(adding: [workload])
        #expect(try KubernetesObject(from: node, among: known).podSpec?.hostPID == true)
    }

    @Test(arguments: [
        ("", OtherWorkload.Problem.malformed("")), ("Worker=.spec", .malformed("Worker=.spec")),
        ("a.b/v1/Worker=.spec", .malformed("a.b/v1/Worker=.spec")), ("a.b/Worker", .malformed("a.b/Worker")),
        ("A.b/Worker=.spec", .group("A.b")), ("a b/Worker=.spec", .group("a b")), ("a.b/=.spec", .kind("")),
        ("a.b/8=.spec", .kind("8")), ("a.b/Wörker=.spec", .kind("Wörker")), ("a.b/Worker=", .path("")), ("a.b/Worker=spec", .path("spec")),
        ("a.b/Worker=.", .path(".")), ("a.b/Worker=.spec.", .path(".spec.")), ("a.b/Worker=.spec..b", .path(".spec..b")),
        ("a.b/Worker=.spec.tasks[0]", .path(".spec.tasks[0]")), ("a.b/Worker=.spec=b", .path(".spec=b")),
        ("apps/Deployment=.spec.template", .builtIn("apps/Deployment")), ("/Pod=.spec", .builtIn("/Pod")),
        ("a.b/W=.1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17", .path(".1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17")),
    ])
    func `Anything else is rejected, with the part that is wrong`(text: String, problem: OtherWorkload.Problem) {
        #expect(throws: problem) { try OtherWorkload(parsing: text) }
    }

    @Test func `A kind can be given once`() throws {
        let (one, other) = (try OtherWorkload(parsing: "a.b/C=.d"), try OtherWorkload(parsing: "a.b/C=.e"))
        #expect(throws: OtherWorkload.Problem.repeated("a.b/C")) { try OtherWorkload.checkUnique([one, other]) }
        #expect(throws: Never.self) { try OtherWorkload.checkUnique([one, try OtherWorkload(parsing: "a.c/C=.d")]) }
    }
}
