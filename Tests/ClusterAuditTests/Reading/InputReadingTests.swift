import AdmissionPolicy
import TestSupport
import Testing

@testable import ClusterAudit

@Suite struct InputReadingTests {
    private static func object(
        _ apiVersion: String,
        _ kind: String,
        _ name: String,
        owner: String = "",
        in namespace: String = "shop",
        _ rest: String
    ) -> String {
        #"{"apiVersion":"\#(apiVersion)","kind":"\#(kind)","metadata":{\#(owner)"name":"\#(name)","namespace":"\#(namespace)","#
            + #""uid":"uid-\#(name)"},\#(rest)}"#
    }

    private static func pod(_ name: String, owner: String = "", in namespace: String = "shop", hostPID: Bool = false) -> String {
        object("v1", "Pod", name, owner: owner, in: namespace, #""spec":{"hostPID":\#(hostPID),"containers":[{"name":"a","image":"i"}]}"#)
    }

    private static func workload(_ apiVersion: String, _ kind: String, _ name: String, owner: String = "") -> String {
        object(apiVersion, kind, name, owner: owner, #""spec":{"template":{"spec":{"containers":[{"name":"a","image":"i"}]}}}"#)
    }

    private static let ofReplicaSet = Audited.owned(by: "ReplicaSet", "web-5d4f", uid: "uid-web-5d4f")
    private static let ofDeployment = Audited.owned(by: "Deployment", "web", uid: "uid-web")
    private static let deployment = workload("apps/v1", "Deployment", "web")
    private static let replicaSet = workload("apps/v1", "ReplicaSet", "web-5d4f", owner: ofDeployment)

    /// What `kubectl get -o json` writes: the members are sorted by name.
    private static func list(_ items: [String]) -> String {
        #"{"apiVersion":"v1","items":[\#(items.joined(separator: ","))],"kind":"List","metadata":{"resourceVersion":""}}"# + "\n"
    }

    private static func read(_ texts: String..., namespace: String? = nil, selector: String? = nil) throws -> (
        titles: [String], gaps: [String], lines: [String]
    ) {
        let folder = try ScratchFolder()
        let labels = try selector.map { try LabelSelector(parsing: $0) }
        var reading = InputReading(decidingBy: try Audited.decider(), namespace: namespace, selector: labels)
        for (number, text) in texts.enumerated() { try reading.read(folder.write(text, to: "\(number)"), named: "in") }
        let audit = reading.audit()
        let titles = audit.owners.map { "\($0.identity.title) \($0.source == .template ? "template" : "\($0.podCount)")" }
        return (titles, audit.gaps.map(\.text), [reading.skippedLine, reading.missingKindsLine].compactMap { $0 })
    }

    @Test func `Pods are assigned to owners that stand anywhere in the list`() throws {
        let pods = [Self.pod("web-a", owner: Self.ofReplicaSet), Self.pod("web-b", owner: Self.ofReplicaSet), Self.pod("alone")]
        let agent = Self.workload("apps/v1", "DaemonSet", "agent")
        let orders = [pods + [Self.deployment, Self.replicaSet, agent], [Self.replicaSet, agent] + pods + [Self.deployment]]
        for items in orders {
            let result = try Self.read(Self.list(items))
            #expect(result.titles == ["DaemonSet/agent template", "Deployment/web 2", "Pod/alone 1"])
            #expect(result.gaps.isEmpty)
            #expect(result.lines.isEmpty)
        }
    }

    @Test func `Owners can stand in another file`() throws {
        let result = try Self.read(Self.list([Self.pod("web-a", owner: Self.ofReplicaSet)]), Self.list([Self.replicaSet, Self.deployment]))
        #expect(result.titles == ["Deployment/web 1"])
    }

    @Test func `Without ReplicaSets the Deployment is guessed, and a note says so`() throws {
        let result = try Self.read(Self.list([Self.pod("web-a", owner: Self.ofReplicaSet), Self.deployment]))
        #expect(result.titles == ["Deployment/web 1"])
        #expect(result.lines == ["the input has no replicasets, so some owners of Pods are guessed from names; add them to kubectl get"])
    }

    @Test func `A Pod that claims a ReplicaSet that is not in the list is listed by itself`() throws {
        let forged = Self.pod("forged", owner: Audited.owned(by: "ReplicaSet", "web-5d4f", uid: "other"))
        let result = try Self.read(Self.list([forged, Self.replicaSet, Self.deployment]))
        #expect(result.titles == ["Deployment/web template", "Pod/forged 1"])
    }

    @Test func `ReplicaSets of one Namespace say nothing about those of another`() throws {
        let pod = Self.pod("api-a", owner: Audited.owned(by: "ReplicaSet", "api-1", uid: "r"), in: "other")
        let result = try Self.read(Self.list([pod, Self.replicaSet, Self.deployment]))
        #expect(result.titles.contains("ReplicaSet/api-1 1"), "\(result.titles)")
        #expect(result.lines.first?.hasPrefix("the input has no replicasets in some Namespaces, so") == true)
    }

    @Test func `Input that is cut off does not prove that an owner does not exist`() throws {
        let pod = Self.pod("web-b", owner: Audited.owned(by: "ReplicaSet", "web-5d4f", uid: "other"))
        let text = Self.list([pod, Self.replicaSet, Self.deployment])
        #expect(try Self.read(String(text.prefix(text.utf8.count - 20))).titles == ["Deployment/web 1"])
    }

    @Test func `A Rollout without Pods is decided by its template, and one with Pods by these`() throws {
        let rollout = Self.workload("argoproj.io/v1alpha1", "Rollout", "web")
        let owner = Audited.owned(by: "Rollout", "web", uid: "uid-web", apiVersion: "argoproj.io/v1alpha1")
        let replicaSet = Self.workload("apps/v1", "ReplicaSet", "web-5d4f", owner: owner)
        #expect(try Self.read(Self.list([rollout])).titles == ["Rollout/web template"])
        let pod = Self.pod("web-a", owner: Self.ofReplicaSet)
        #expect(try Self.read(Self.list([pod, replicaSet, rollout])).titles == ["Rollout/web 1"])
    }

    @Test func `Objects that do not run are skipped and counted`() throws {
        let service = Self.object("v1", "Service", "web", #""spec":{}"#)
        let result = try Self.read(Self.list([service, service, Self.object("v1", "PodTemplate", "t", #""template":{}"#), Self.pod("a")]))
        #expect(result.titles == ["Pod/a 1"])
        #expect(result.lines == ["skipped, because they have no Pods: 1 of kind PodTemplate, 2 of kind Service"])
        #expect(result.gaps.isEmpty)
    }

    @Test func `Only the given Namespace counts`() throws {
        let result = try Self.read(Self.list([Self.pod("a"), Self.pod("b", in: "other")]), namespace: "other")
        #expect(result.titles == ["Pod/b 1"])
    }

    @Test func `Only Pods with the labels count, and workloads whose Pods will have them`() throws {
        func labelled(_ app: String) -> String {
            #""metadata":{"name":"\#(app)","namespace":"shop","uid":"\#(app)","labels":{"app":"\#(app)"}}"#
        }
        let pods = ["a", "b"].map { #"{"apiVersion":"v1","kind":"Pod",\#(labelled($0)),"spec":{"containers":[]}}"# }
        let jobs = ["c", "a"].map { app in
            #"{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"job-\#(app)","namespace":"shop","uid":"job-\#(app)"},"#
                + #""spec":{"jobTemplate":{"spec":{"template":{"metadata":{"labels":{"app":"\#(app)"}},"spec":{"containers":[]}}}}}}"#
        }
        #expect(try Self.read(Self.list(pods + jobs), selector: "app in (a)").titles == ["CronJob/job-a template", "Pod/a 1"])
    }

    @Test(arguments: [
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop, uid: u}, spec: {containers: []}}\n",
        #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a","namespace":"shop"}}]}"#,
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"shop"},"spec":{}}"#,
        #"[{"kind":"List","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"shop"},"spec":{}}]}]"#,
    ])
    func `YAML, a list of the API server, an object alone and lists in an array are read`(text: String) throws {
        let result = try Self.read(text)
        #expect(result.titles == ["Pod/a 1"])
        #expect(result.gaps.isEmpty)
    }

    @Test func `Input that is cut off is a gap, and what came before is decided`() throws {
        let text = Self.list([Self.pod("a"), Self.pod("b")])
        let result = try Self.read(String(text.prefix(text.utf8.count - 20)))
        #expect(result.titles == ["Pod/a 1", "Pod/b 1"])
        #expect(result.gaps.count == 1)
        #expect(result.gaps.first?.hasSuffix("the input is cut off") == true)
    }

    @Test(arguments: [
        ("", "no object"), (" \n", "no object"), ("{\"a\" 1}", "what follows was not read"), ("a: [", "in:"), ("[{}]", "has no kind"),
    ])
    func `Input without an object, and invalid input, is a gap`(text: String, problem: String) throws {
        let result = try Self.read(text)
        #expect(result.titles.isEmpty)
        #expect(result.gaps.count == 1)
        #expect(result.gaps.first?.contains(problem) == true, "\(result.gaps)")
    }

    /// The outcomes by a policy that selects Namespaces with the label `team=shop`.
    private static func readSelecting(_ items: [String]) throws -> (outcomes: [String], gaps: [String]) {
        let folder = try ScratchFolder()
        let selector = NamespaceSelector([.init("team", .isOne(["shop"]))])
        var reading = InputReading(decidingBy: try Audited.decider(selecting: selector), namespace: "shop")
        try reading.read(folder.write(list(items), to: "list"), named: "in")
        let audit = reading.audit()
        return (audit.owners.map { "\($0.worst.decision.policy) \($0.worst.decision.outcome)" }, audit.gaps.map(\.text))
    }

    @Test func `The labels of Namespaces in the input choose policies`() throws {
        let namespace = #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","uid":"n","labels":{"team":"shop"}}}"#
        let pod = Self.pod("a", hostPID: true)
        let first = try Self.readSelecting([namespace, pod])
        #expect(first.outcomes == ["strict deny"])
        #expect(first.gaps.isEmpty)
        let late = try Self.readSelecting([pod, namespace])
        #expect(late.outcomes == ["built-in default warn"])
        #expect(late.gaps == ["Namespaces stand behind Pods in the input, so their labels did not count; use kubectl get namespaces,all"])
        let none = try Self.readSelecting([pod])
        #expect(none.gaps == ["the input has no Namespaces, so no policy was chosen by labels; use kubectl get namespaces,all"])
    }

    @Test func `A Namespace that is missing among those of the input is a gap if a policy selects by labels, else a note`() throws {
        let other = #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"other","uid":"n","labels":{"team":"shop"}}}"#
        let items = [other, Self.pod("a"), Self.pod("b")]
        let line = "the labels of 1 Namespace are not in the input; use kubectl get namespaces,all"
        #expect(try Self.readSelecting(items).gaps == [line])
        let folder = try ScratchFolder()
        var reading = InputReading(decidingBy: try Audited.decider(), namespace: nil)
        try reading.read(folder.write(Self.list(items), to: "list"), named: "in")
        #expect(reading.audit().gaps.isEmpty)
        #expect(reading.missingLabelsLine == line)
    }

    @Test func `Labels that only the other policies of a comparison read choose these`() throws {
        let namespace = #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","uid":"n","labels":{"team":"shop"}}}"#
        let plain = try Audited.decider()
        let other = try Audited.decider(selecting: NamespaceSelector([.init("team", .isOne(["shop"]))]))
        let decider = AuditDecider(policies: plain.policies, comparedWith: other.policies, namespaces: nil, today: plain.today)
        let folder = try ScratchFolder()
        var reading = InputReading(decidingBy: decider, namespace: nil)
        try reading.read(folder.write(Self.list([namespace, Self.pod("a", hostPID: true)]), to: "list"), named: "in")
        let audit = reading.audit()
        #expect(audit.owners.map { $0.worstOther?.policy } == ["strict"])
        #expect(audit.gaps.isEmpty)
        var late = InputReading(decidingBy: decider, namespace: nil)
        try late.read(folder.write(Self.list([Self.pod("a"), namespace]), to: "late"), named: "in")
        #expect(late.audit().gaps.count == 1)
    }

    @Test func `An object that cannot be read is a gap with its name`() throws {
        let odd = Self.object("v1", "Pod", "odd", #""spec":{"hostPID":"yes"}"#)
        let result = try Self.read(Self.list([odd, Self.pod("a")]))
        #expect(result.titles == ["Pod/a 1"])
        #expect(result.gaps.first?.contains("shop/odd was not read: ") == true)
    }

    @Test(arguments: [
        #"{"kind":"PodList","apiVersion":"v1","metadata":{"continue":"t"},"items":[{"metadata":{"name":"a","namespace":"shop"}}]}"#,
        #"{"apiVersion":"v1","kind":"PodList","items":[{"metadata":{"name":"a","namespace":"shop"}}],"metadata":{"continue":"t"}}"#,
    ])
    func `A list with more pages is a gap`(text: String) throws {
        let result = try Self.read(text)
        #expect(result.titles == ["Pod/a 1"])
        #expect(result.gaps == ["in: the list has more pages (metadata.continue)"])
        let inList = try Self.read(Self.list([text]))
        #expect(inList.gaps == ["a list in the input has more pages (metadata.continue)"])
        #expect(try Self.read(text.replacing(#"{"continue":"t"}"#, with: "{}")).gaps.isEmpty)
    }

    @Test func `A list in too many lists is a gap`() throws {
        var text = Self.list([Self.pod("a")])
        for _ in 0..<3 { text = Self.list([text]) }
        #expect(try Self.read(text).titles == ["Pod/a 1"])
        let deeper = try Self.read(Self.list([text]))
        #expect(deeper.titles.isEmpty)
        #expect(deeper.gaps == ["lists in more than 3 lists were not read"])
    }

    @Test func `An empty list is no gap`() throws {
        let result = try Self.read(Self.list([]))
        #expect(result.titles.isEmpty)
        #expect(result.gaps.isEmpty)
    }
}
