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

    @Test func `An update of a Pod is judged if an image or a profile changes and the Pod is not being deleted`() {
        let images =
            "[object.spec.?initContainers.orValue([]),object.spec.containers,object.spec.?ephemeralContainers.orValue([])]"
            + ".map(l, l.map(c, [c.name, c.image]))"
        let old = images.replacing("object.", with: "oldObject.")
        let prefix = "'container.apparmor.security.beta.kubernetes.io/'"
        #expect(
            Self.list() == [
                MatchCondition(
                    name: "changes",
                    expression: "(request.operation == 'CREATE' || (has(object.metadata.deletionTimestamp) ? false : (\(images) != \(old)"
                        + " || object.?metadata.?annotations.orValue({}).exists(k, k.startsWith(\(prefix)) && "
                        + "oldObject.?metadata.?annotations.orValue({})[?k] != object.?metadata.?annotations.orValue({})[?k])"
                        + " || oldObject.?metadata.?annotations.orValue({}).exists(k, k.startsWith(\(prefix)) && "
                        + "!(k in object.?metadata.?annotations.orValue({}))))))"
                )
            ]
        )
    }

    @Test func `Mirror Pods are left out where nobody would read a denial or a warning`() throws {
        let expression = try #require(Self.list(mirrors: false).first?.expression)
        #expect(
            expression.hasSuffix(
                " && !('kubernetes.io/config.mirror' in object.metadata.?annotations.orValue({})"
                    + " && object.?spec.?nodeName.orValue('') != ''"
                    + " && request.userInfo.?username.orValue('') == 'system:node:' + object.spec.nodeName"
                    + " && 'system:nodes' in request.userInfo.?groups.orValue([]))"
            )
        )
    }

    @Test func `Each kind of requests has its own case`() throws {
        let expression = try #require(Self.list(.all).first?.expression)
        let start = "(request.operation == 'CREATE' || (request.?subResource.orValue('') == 'resize' ? true : "
        #expect(expression.hasPrefix(start))
        for part in [
            "request.?subResource.orValue('') == 'ephemeralcontainers' ? object.spec.?ephemeralContainers.orValue([]).exists(c, ",
            "has(object.metadata.deletionTimestamp) ? false : request.kind.kind == 'Pod' ? (",
            "request.kind.kind == 'CronJob' ? o.spec.jobTemplate.spec.template : request.kind.kind == 'PodTemplate' ? o.template : ",
        ] {
            #expect(expression.contains(part), "\(expression)")
        }
        #expect(!(try #require(Self.list(.resize).first?.expression)).contains("object.spec"))
        #expect(
            RequestConditions(classes: .workloads, judgesWorkloadUpdates: false, judgesMirrorPods: false, exempt: Exemptions()).list.isEmpty
        )
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
                MatchCondition(name: "groups", expression: "!request.userInfo.?groups.orValue([]).exists(g, g in ['admins'])"),
                MatchCondition(name: "runtime-class", expression: "!(object.spec.?runtimeClassName.orValue('') in ['kata'])"),
            ]
        )
    }

    @Test func `The runtime class of a workload is that of its template`() throws {
        let both = try #require(Self.list(.all) { $0.runtimeClasses = ["kata"] }.last?.expression)
        #expect(both.hasPrefix("!((request.kind.kind == 'Pod' ? object.spec : (request.kind.kind == 'CronJob' ? object.spec.jobTemplate"))
        let workloads = try #require(Self.list(.workloads) { $0.runtimeClasses = ["kata"] }.last?.expression)
        #expect(workloads.hasSuffix(" : object.spec.template).spec.?runtimeClassName.orValue('') in ['kata'])"))
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
