import KubernetesAPI
import PodScoring

/// The variables of a policy about the object of a request.
///
/// The last one, `k`, lists the places of the object, such as its containers, with the checks that fail in each: `{'n': place, 'f': keys}`. So each
/// check is evaluated once for each place, and an object in which nothing fails costs no more. The API server charges for each nested
/// comprehension around an expression, so that conditions are as deep as they must be, and variables, which cost little, hold the rest.
struct SubjectVariables {
    /// The kinds of requests to decide.
    let classes: RequestClasses
    /// The checks.
    let entries: [LevelEntry]

    private let terms: Set<CELTerm>

    /// The variables for the checks of a level.
    init(for entries: [LevelEntry], in classes: RequestClasses) {
        self.classes = classes
        self.entries = entries
        terms = entries.terms
    }

    /// Whether only a part of some objects is judged.
    private var judgesParts: Bool { classes.contains(.ephemeralContainers) || classes.contains(.resize) }

    /// The variables; each can read those before it.
    var list: [CELVariable] {
        var list = [
            CELVariable(name: "t", expression: "[dyn(object)].map(x,\(template))[0]"),
            CELVariable(name: "s", expression: "variables.t.spec"),
            CELVariable(name: "w", expression: "variables.s.?os.?name.orValue('')=='windows'"),
        ]
        if terms.contains(.isTemplate) || terms.contains(.appArmorType) { list.append(CELVariable(name: "z", expression: isTemplate)) }
        if terms.contains(.safeSysctls) { list.append(CELVariable(name: "y", expression: CELText.list(SafeSysctls.since129))) }
        if judgesParts { list += parts }
        if let resources { list.append(CELVariable(name: "r", expression: resources)) }
        let joined = places.isEmpty ? "[]" : places.joined(separator: "+")
        let bound = "[variables.s].map(s,[s.?securityContext.orValue({})].map(q,\(joined))[0])[0]"
        return list + [CELVariable(name: "k", expression: bound)]
    }

    /// The template of a workload, or the Pod; of the object `x`, which is dynamic because its kinds have different fields.
    private var template: String {
        guard classes.contains(.workloads) else { return "x" }
        let inJob = "has(x.spec.jobTemplate)?x.spec.jobTemplate.spec.template"
        return "has(x.template)?x.template:\(inJob):has(x.spec.template)?x.spec.template:x"
    }

    private var isTemplate: String {
        if classes == .workloads { return "true" }
        return classes.contains(.workloads) ? "request.kind.kind!='Pod'" : "false"
    }

    /// Which part of the object is judged: `j` are the new ephemeral containers, `p` is whether the whole Pod counts.
    private var parts: [CELVariable] {
        let isWhole = "request.?subResource.orValue('')==''"
        guard classes.contains(.ephemeralContainers) else { return [CELVariable(name: "p", expression: isWhole)] }
        let old = "dyn(oldObject).spec.?ephemeralContainers.orValue([])"
        let new = "variables.s.?ephemeralContainers.orValue([]).filter(c,!(c in \(old)))"
        let sharesNamespaces = "[variables.s.?hostNetwork,variables.s.?hostPID,variables.s.?hostIPC].exists(c,c.orValue(false))"
        let mountsPaths = "variables.s.?volumes.orValue([]).exists(c,has(c.hostPath))"
        return [
            CELVariable(name: "j", expression: "request.?subResource.orValue('')=='ephemeralcontainers'?\(new):[]"),
            CELVariable(name: "p", expression: "\(isWhole)||variables.j!=[]&&(\(sharesNamespaces)||\(mountsPaths))"),
        ]
    }

    /// A list that is empty where only a part of the Pod is judged.
    private func ifWhole(_ list: String) -> String { judgesParts ? "(variables.p?\(list):[])" : "(\(list))" }
}

/// The places.
extension SubjectVariables {
    private static let containerName = "'container \"'+c.name+'\"'"
    private static let volumeName = "'volume \"'+c.name+'\"'"

    /// The lists of places, for ranges that a check judges.
    private var places: [String] {
        var places = [containers].compactMap(\.self)
        if resources != nil {
            places.append("variables.r[0]")
        } else if let failing = entries.failing(in: .longRunningContainers) {
            places.append(ifWhole(Self.longRunning) + ".map(c,\(place(Self.containerName, failing)))")
        }
        let volumes = ifWhole("s.?volumes.orValue([])")
        if let failing = entries.failing(in: .hostPathVolumes) {
            let volume = record([("n", Self.volumeName), ("p", Self.cleanedPath)])
            places.append("\(volumes).map(c,has(c.hostPath),\(volume)).map(c,\(place("c.n", failing)))")
        }
        if let failing = entries.failing(in: .volumes) { places.append("\(volumes).map(c,\(place(Self.volumeName, failing)))") }
        if let failing = entries.failing(in: .volumeClaims) {
            let name = "'volume claim \"'+c.metadata.name+'\"'"
            places.append(ifWhole("dyn(object).?spec.?volumeClaimTemplates.orValue([])") + ".map(c,\(place(name, failing)))")
        }
        return places
    }

    /// The Pod, as a container with its `securityContext`, then the containers; `nil` if no check judges either.
    private var containers: String? {
        let (both, pod) = (entries.failing(in: .podAndContainers), entries.failing(in: .pod))
        let container = entries.failing(in: .containers)
        let podRecord = ifWhole(pod == nil && both == nil ? "[]" : "[\(record([("n", "'Pod'"), ("s", "q")]))]")
        let containerRecords = "(\(allContainers)).map(c,\(record(containerFields)))"
        let own = "(c.n=='Pod'?\(pod ?? "''"):\(container ?? "''"))"
        let failing = [both, pod == nil && container == nil ? nil : own].compactMap(\.self).joined(separator: "+")
        guard !failing.isEmpty else { return nil }
        let records = both == nil && container == nil ? podRecord : "(\(podRecord)+\(containerRecords))"
        return "\(records).map(c,\(place("c.n", failing)))"
    }

    private var allContainers: String {
        let all = "s.?initContainers.orValue([])+s.containers+s.?ephemeralContainers.orValue([])"
        guard judgesParts else { return all }
        return "variables.p?\(all):\(classes.contains(.ephemeralContainers) ? "variables.j" : "[]")"
    }

    /// The containers that hold resources, for the object and in a resize also for the old one; `nil` if no resize can violate the level.
    private var resources: String? {
        guard classes.contains(.resize), let failing = entries.failing(in: .longRunningContainers) else { return nil }
        let isResize = "request.?subResource.orValue('')=='resize'"
        let containers = "(variables.p||\(isResize)?\(Self.longRunning):[]).map(c,\(place(Self.containerName, failing)))"
        let ofObject = "[(\(template)).spec].map(s,\(containers))[0]"
        return "(\(isResize)?[dyn(object),dyn(oldObject)]:[dyn(object)]).map(x,\(ofObject))"
    }

    private static let longRunning =
        "s.containers+s.?initContainers.orValue([]).filter(c,c.?restartPolicy.orValue('')=='Always')"

    /// A place with the keys of the checks that fail in it.
    private func place(_ name: String, _ failing: String) -> String { record([("n", name), ("f", failing)]) }

    /// A map; CEL allows values of several types only as dynamic ones.
    private func record(_ fields: [(name: String, value: String)]) -> String {
        "{" + fields.map { "'\($0.name)':dyn(\($0.value))" }.joined(separator: ",") + "}"
    }
}

/// The facts about containers and volumes that several checks read.
extension SubjectVariables {
    private var containerFields: [(name: String, value: String)] {
        var fields = [(name: "n", value: Self.containerName), (name: "s", value: "c.?securityContext.orValue({})")]
        if terms.contains(.container) { fields.append(("c", "c")) }
        let capabilities = "c.?securityContext.?capabilities"
        if terms.contains(.addedCapabilities) { fields.append(("a", "\(capabilities).?add.orValue([])")) }
        if terms.contains(.droppedCapabilities) { fields.append(("d", "\(capabilities).?drop.orValue([])")) }
        if terms.contains(.seccompType) {
            // The API server accepts a profile without a name, and no runtime finds one.
            let profile = "c.?securityContext.?seccompProfile.or(q.?seccompProfile)"
            fields.append(("e", "\(profile).optMap(x,x.?localhostProfile.orValue('-')==''?'':x.type).orValue('')"))
        }
        if terms.contains(.appArmorType) { fields.append(("m", appArmorType)) }
        return fields
    }

    /// The field of the container, then the annotation of a template, which the API server copies into the Pod's field, then the field of the Pod.
    private var appArmorType: String {
        let own = "c.?securityContext.?appArmorProfile.?type"
        let inherited = "q.?appArmorProfile.?type"
        guard classes.contains(.workloads) else { return "\(own).or(\(inherited)).orValue('')" }
        let annotation = "variables.t.?metadata.?annotations[?\(CELText.literal(Annotation.appArmorPrefix))+c.name]"
        let type = "x in ['','localhost/']?optional.none():optional.of(x=='unconfined'?'Unconfined':'RuntimeDefault')"
        return "\(own).or(variables.z?\(annotation).optFlatMap(x,\(type)):optional.none()).or(\(inherited)).orValue('')"
    }

    /// The path of a volume without empty components and dots; the API server rejects `..`.
    private static let cleanedPath =
        "bytes(c.hostPath.path).size()>\(HostPath.byteLimit)?'':c.hostPath.path.split('/').filter(x,!(x in ['','.'])).join('/')"
}
