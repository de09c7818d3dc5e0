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
/// Each condition is a program of its own, which takes time even if it is short, so that conditions on the same thing are one.
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
        let change = [changes.map { "(request.operation == 'CREATE' || \($0))" }, judgesMirrorPods ? nil : isNoMirrorPod].compactMap(\.self)
        let changing = change.isEmpty ? [] : [MatchCondition(name: "changes", expression: change.joined(separator: " && "))]
        return changing + exemptions
    }
}

extension RequestConditions {
    private static let subResource = "request.?subResource.orValue('')"

    /// Whether an update changes something that is judged; `nil` if there are no such updates.
    private var changes: String? {
        let classes = judgesWorkloadUpdates ? classes : classes.subtracting(.workloads)
        var cases: [String] = []
        if classes.contains(.resize) { cases.append("\(Self.subResource) == 'resize' ? true") }
        if classes.contains(.ephemeralContainers) { cases.append("\(Self.subResource) == 'ephemeralcontainers' ? \(Self.addsContainer)") }
        if !classes.isDisjoint(with: [.pods, .workloads]) { cases.append("has(object.metadata.deletionTimestamp) ? false") }
        if classes.isSuperset(of: [.pods, .workloads]) { cases.append("request.kind.kind == 'Pod' ? \(Self.changesPod)") }
        if classes.contains(.workloads) { return "(\((cases + [Self.changesTemplate]).joined(separator: " : ")))" }
        if classes.contains(.pods) { return "(\((cases + [Self.changesPod]).joined(separator: " : ")))" }
        return cases.isEmpty ? nil : "(\(cases.joined(separator: " : ")) : false)"
    }

    /// As ``PodChanges/newEphemeralContainers(in:since:)``.
    private static let addsContainer =
        "object.spec.?ephemeralContainers.orValue([]).exists(c, !(c in oldObject.spec.?ephemeralContainers.orValue([])))"

    /// As ``PodChanges/areNone(in:since:)``, negated.
    private static let changesPod =
        "(\(images(of: "object")) != \(images(of: "oldObject"))"
        + " || \(annotationsDiffer("object", "oldObject", prefixes: [Annotation.appArmorPrefix])))"

    /// The names and images of all containers.
    private static func images(of object: String) -> String {
        "[\(object).spec.?initContainers.orValue([]),\(object).spec.containers,\(object).spec.?ephemeralContainers.orValue([])]"
            + ".map(l, l.map(c, [c.name, c.image]))"
    }

    /// Whether the specification of the template changes, or an annotation that is judged with it.
    private static let changesTemplate: String = {
        let prefixes = [Annotation.appArmorPrefix, Annotation.seccompPod, Annotation.seccompContainerPrefix]
        return "[[object, oldObject].map(o, \(template(of: "o")))]"
            + ".exists(t, t[0].spec != t[1].spec || \(annotationsDiffer("t[0]", "t[1]", prefixes: prefixes)))"
    }()

    /// The Pod template of a workload.
    private static func template(of object: String) -> String {
        "request.kind.kind == 'CronJob' ? \(object).spec.jobTemplate.spec.template"
            + " : request.kind.kind == 'PodTemplate' ? \(object).template : \(object).spec.template"
    }

    private static func annotationsDiffer(_ object: String, _ other: String, prefixes: [String]) -> String {
        func annotations(_ object: String) -> String { "\(object).?metadata.?annotations.orValue({})" }
        let isJudged =
            prefixes.count == 1
            ? "k.startsWith(\(CELText.literal(prefixes[0])))"
            : "\(CELText.list(prefixes)).exists(p, k.startsWith(p))"
        return "\(annotations(object)).exists(k, \(isJudged) && \(annotations(other))[?k] != \(annotations(object))[?k])"
            + " || \(annotations(other)).exists(k, \(isJudged) && !(k in \(annotations(object))))"
    }

    /// Whether the object is not a mirror Pod that the kubelet of its own node made: anyone can write the annotation.
    private var isNoMirrorPod: String? {
        guard classes.contains(.pods) else { return nil }
        return "!(\(CELText.literal(Annotation.mirrorPod)) in object.metadata.?annotations.orValue({})"
            + " && object.?spec.?nodeName.orValue('') != ''"
            + " && \(Self.user) == 'system:node:' + object.spec.nodeName"
            + " && 'system:nodes' in \(Self.groups))"
    }
}

extension RequestConditions {
    private static let user = "request.userInfo.?username.orValue('')"
    private static let groups = "request.userInfo.?groups.orValue([])"

    /// Whether no exemption applies; as many conditions as the names need.
    private var exemptions: [MatchCondition] {
        let users = exempt.users + exempt.serviceAccounts.map { Exemptions.serviceAccountPrefix + $0 }
        return Self.conditions("user", users) { "!(\(Self.user) in \($0))" }
            + Self.conditions("groups", exempt.groups) { "!\(Self.groups).exists(g, g in \($0))" }
            + Self.conditions("runtime-class", exempt.runtimeClasses) { "!(\(runtimeClass) in \($0))" }
    }

    private var runtimeClass: String {
        let template = "(\(Self.template(of: "object")))"
        let specification =
            switch (classes.contains(.workloads), classes.isSubset(of: .workloads)) {
            case (false, _): "object.spec"
            case (true, true): "\(template).spec"
            case (true, false): "(request.kind.kind == 'Pod' ? object.spec : \(template).spec)"
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
