import KubernetesAPI
import PodScoring

/// A named condition of a ValidatingAdmissionPolicy without which it is not evaluated.
struct MatchCondition: Sendable, Equatable {
    /// The name, which the policy has once.
    let name: String
    /// The condition in CEL.
    let expression: String
}

/// The conditions on a request: which updates change something that is judged, and which requesters are exempt.
///
/// Each condition is a separate program, which takes time even if it is short. So conditions on the same thing are one.
struct RequestConditions {
    /// The kinds of requests that reach the conditions.
    let classes: RequestClasses
    /// Whether updates of workloads are judged.
    var judgesWorkloadUpdates = true
    /// Whether mirror Pods are judged.
    let judgesMirrorPods: Bool
    /// The exemptions.
    let exempt: Exemptions

    /// The longest list of names in one condition, in bytes; an API server takes expressions of 100 000 characters.
    private static let listByteLimit = 60_000

    /// The conditions, which are evaluated in this order until one is not met.
    var list: [MatchCondition] {
        let change = [changes.map { "(request.operation=='CREATE'||\($0))" }, judgesMirrorPods ? nil : isNoMirrorPod].compactMap(\.self)
        let changing = change.isEmpty ? [] : [MatchCondition(name: "changes", expression: change.joined(separator: "&&"))]
        return changing + exemptions
    }
}

extension RequestConditions {
    private static let subResource = "request.?subResource.orValue('')"

    private static let kind = "request.kind.kind"

    /// Whether an update changes something that is judged; `nil` if there are no such updates.
    private var changes: String? {
        let classes = judgesWorkloadUpdates ? classes : classes.subtracting(.workloads)
        var cases: [String] = []
        if classes.contains(.resize) { cases.append("\(Self.subResource)=='resize'?true") }
        if classes.contains(.ephemeralContainers) { cases.append("\(Self.subResource)=='ephemeralcontainers'?\(Self.addsContainer)") }
        if !classes.isDisjoint(with: [.pods, .workloads]) {
            cases.append("has(object.metadata.deletionTimestamp)?false:\(Self.changesContent(of: classes))")
        } else if !cases.isEmpty {
            cases.append("false")
        }
        return cases.isEmpty ? nil : "(\(cases.joined(separator: ":")))"
    }

    /// As ``PodChanges/newEphemeralContainers(in:since:)``.
    private static let addsContainer =
        "object.spec.?ephemeralContainers.orValue([]).exists(c,!(c in oldObject.spec.?ephemeralContainers.orValue([])))"

    /// Whether an update changes the image or the name of a container; of a template any part of its specification, or an AppArmor annotation.
    ///
    /// For Pods it is ``PodChanges/areNone(in:since:)``, negated: no API server lets an update change AppArmor annotations of a Pod.
    /// A template also changes where nothing is judged.
    private static func changesContent(of classes: RequestClasses) -> String {
        let images =
            "[p.spec.?initContainers.orValue([]),p.spec.containers,p.spec.?ephemeralContainers.orValue([])]"
            + ".map(l,l.map(c,[c.name,c.image]))"
        guard classes.contains(.workloads) else { return "[[object,oldObject].map(p,\(images))].exists(x,x[0]!=x[1])" }
        let isPod = classes.contains(.pods) ? "\(kind)=='Pod'?" : ""
        let objects = "[object,oldObject].map(o,\(isPod.isEmpty ? "" : "\(isPod)o:")\(template(of: "o")))"
        let content = isPod.isEmpty ? "p.spec" : "\(isPod)\(images):p.spec"
        let annotation = "k.startsWith(\(CELText.literal(Annotation.appArmorPrefix)))"
        return "[\(objects).map(p,[\(content),p.?metadata.?annotations.orValue({})])].exists(x,x[0][0]!=x[1][0]"
            + "||[[x[0][1],x[1][1]],[x[1][1],x[0][1]]].exists(a,a[0].exists(k,\(annotation)&&a[0][?k]!=a[1][?k])))"
    }

    /// The Pod template of a workload.
    private static func template(of object: String) -> String {
        "\(kind)=='CronJob'?\(object).spec.jobTemplate.spec.template"
            + ":\(kind)=='PodTemplate'?\(object).template:\(object).spec.template"
    }

    /// Whether the object is not a mirror Pod that the kubelet of its own node made: anyone can write the annotation.
    private var isNoMirrorPod: String? {
        guard classes.contains(.pods) else { return nil }
        return "!(\(CELText.literal(Annotation.mirrorPod)) in object.metadata.?annotations.orValue({})"
            + "&&\(Self.user)=='system:node:'+object.?spec.?nodeName.orValue('')"
            + "&&'system:nodes' in \(Self.groups))"
    }
}

extension RequestConditions {
    private static let user = "request.userInfo.?username.orValue('')"
    private static let groups = "request.userInfo.?groups.orValue([])"

    /// Whether no exemption applies; as many conditions as the names need.
    private var exemptions: [MatchCondition] {
        let users = exempt.users + exempt.serviceAccounts.map { Exemptions.serviceAccountPrefix + $0 }
        return Self.conditions("user", users) { "!(\(Self.user) in \($0))" }
            + Self.conditions("groups", exempt.groups) { "!\(Self.groups).exists(g,g in \($0))" }
            + Self.conditions("runtime-class", exempt.runtimeClasses) { "!(\(runtimeClass) in \($0))" }
    }

    private var runtimeClass: String {
        let template = "(\(Self.template(of: "object")))"
        let specification =
            switch (classes.contains(.workloads), classes.isSubset(of: .workloads)) {
            case (false, _): "object.spec"
            case (true, true): "\(template).spec"
            case (true, false): "(\(Self.kind)=='Pod'?object.spec:\(template).spec)"
            }
        return "\(specification).?runtimeClassName.orValue('')"
    }

    /// Conditions on lists of names, each within the limit; the second one of a name has the number 2.
    private static func conditions(_ name: String, _ names: [String], _ test: (_ list: String) -> String) -> [MatchCondition] {
        var lists: [[String]] = []
        var byteCount = listByteLimit
        for entry in names {
            let length = CELText.literal(entry).utf8.count + 1
            if byteCount + length > listByteLimit {
                lists.append([])
                byteCount = 0
            }
            lists[lists.count - 1].append(entry)
            byteCount += length
        }
        return lists.enumerated().map { place, names in
            MatchCondition(name: place == 0 ? name : "\(name)-\(place + 1)", expression: test(CELText.list(names)))
        }
    }
}
