import PodScoring
import Testing

@testable import AdmissionPolicy

/// The conditions on requests of an exported policy.
struct RequestConditionTests {
    private static func list(
        _ classes: RequestClasses = .pods,
        mirrors: Bool = true,
        change: (inout Exemptions) -> Void = { _ in }
    ) -> [MatchCondition] {
        var exempt = Exemptions()
        change(&exempt)
        return RequestConditions(classes: classes, judgesMirrorPods: mirrors, exempt: exempt).list
    }

    private static let images =
        "[p.spec.?initContainers.orValue([]),p.spec.containers,p.spec.?ephemeralContainers.orValue([])]"
        + ".map(l,l.map(c,[c.name,c.image]))"
    private static let differ =
        ",p.?metadata.?annotations.orValue({})])].exists(x,x[0][0]!=x[1][0]"
        + "||[[x[0][1],x[1][1]],[x[1][1],x[0][1]]].exists(a,a[0].exists(k,"
        + "k.startsWith('container.apparmor.security.beta.kubernetes.io/')&&a[0][?k]!=a[1][?k])))"
    private static let template =
        "request.kind.kind=='CronJob'?o.spec.jobTemplate.spec.template"
        + ":request.kind.kind=='PodTemplate'?o.template:o.spec.template"

    /// Kinds of requests with the condition on their updates.
    static let updates: [(RequestClasses, String)] = [
        (.pods, "[[object,oldObject].map(p,\(images))].exists(x,x[0]!=x[1])"),
        (.workloads, "[[object,oldObject].map(o,\(template)).map(p,[p.spec\(differ)"),
        (
            [.pods, .workloads],
            "[[object,oldObject].map(o,request.kind.kind=='Pod'?o:\(template))"
                + ".map(p,[request.kind.kind=='Pod'?\(images):p.spec\(differ)"
        ),
    ]

    @Test(arguments: updates)
    func `An update is judged if its content changes and the object is not being deleted`(classes: RequestClasses, content: String) {
        let expression = "(request.operation=='CREATE'||(has(object.metadata.deletionTimestamp)?false:\(content)))"
        #expect(Self.list(classes) == [MatchCondition(name: "changes", expression: expression)])
    }

    @Test func `Mirror Pods are left out where nobody would read a denial or a warning`() throws {
        let expression = try #require(Self.list(mirrors: false).first?.expression)
        #expect(
            expression.hasSuffix(
                "&&!('kubernetes.io/config.mirror' in object.metadata.?annotations.orValue({})"
                    + "&&request.userInfo.?username.orValue('')=='system:node:'+object.?spec.?nodeName.orValue('')"
                    + "&&'system:nodes' in request.userInfo.?groups.orValue([]))"
            )
        )
    }

    @Test(arguments: [
        (RequestClasses.resize, "request.?subResource.orValue('')=='resize'?true:false"),
        (
            .ephemeralContainers,
            "request.?subResource.orValue('')=='ephemeralcontainers'"
                + "?object.spec.?ephemeralContainers.orValue([]).exists(c,!(c in oldObject.spec.?ephemeralContainers.orValue([]))):false"
        ),
    ])
    func `Subresources are judged by what is new`(classes: RequestClasses, content: String) {
        let expression = "(request.operation=='CREATE'||(\(content)))"
        #expect(Self.list(classes) == [MatchCondition(name: "changes", expression: expression)])
    }

    @Test func `Each kind of requests has its own case, in the order of subresources and kinds`() throws {
        let expression = try #require(Self.list(.all).first?.expression)
        let parts = ["=='resize'?true:", "=='ephemeralcontainers'?", ":has(object.metadata.deletionTimestamp)?false:[["]
        let places = parts.compactMap { expression.firstRange(of: $0)?.lowerBound }
        #expect(places.count == parts.count && places == places.sorted(), "\(expression)")
        let creations = RequestConditions(classes: .workloads, judgesWorkloadUpdates: false, judgesMirrorPods: false, exempt: Exemptions())
        #expect(creations.list.isEmpty)
    }

    @Test func `Each kind of exemptions is a condition`() {
        let list = Self.list {
            $0.users = ["jane", "o'hara"]
            $0.serviceAccounts = ["backup:velero"]
            $0.groups = ["admins"]
            $0.runtimeClasses = ["kata"]
        }
        #expect(
            list.dropFirst() == [
                MatchCondition(
                    name: "user",
                    expression: "!(request.userInfo.?username.orValue('') in ['jane','o\\'hara','system:serviceaccount:backup:velero'])"
                ),
                MatchCondition(name: "groups", expression: "!request.userInfo.?groups.orValue([]).exists(g,g in ['admins'])"),
                MatchCondition(name: "runtime-class", expression: "!(object.spec.?runtimeClassName.orValue('') in ['kata'])"),
            ]
        )
    }

    @Test func `The runtime class of a workload is that of its template`() throws {
        let both = try #require(Self.list(.all) { $0.runtimeClasses = ["kata"] }.last?.expression)
        #expect(both.hasPrefix("!((request.kind.kind=='Pod'?object.spec:(request.kind.kind=='CronJob'?object.spec.jobTemplate"))
        let workloads = try #require(Self.list(.workloads) { $0.runtimeClasses = ["kata"] }.last?.expression)
        #expect(workloads.hasSuffix(":object.spec.template).spec.?runtimeClassName.orValue('') in ['kata'])"))
    }

    @Test func `Long lists of names are divided among conditions`() {
        let names = (0..<5_000).map { "system:user:number-\($0)" }
        let list = Self.list { $0.users = names }.dropFirst()
        #expect(list.map(\.name) == ["user", "user-2", "user-3"])
        #expect(list.allSatisfy { $0.expression.utf8.count < 100_000 })
        let listed = list.flatMap { $0.expression.split(separator: "'").filter { $0.hasPrefix("system:") } }
        #expect(listed.elementsEqual(names) { $0 == $1 })
    }
}
