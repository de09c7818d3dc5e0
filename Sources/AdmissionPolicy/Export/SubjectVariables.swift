import KubernetesAPI
import PodScoring

/// The variables of a policy about the object of a request.
///
/// The last one, `k`, lists the places of the object, such as its containers, with the checks that fail in each: `[kind, name, keys]`. So each
/// check is evaluated once for each place. A variable is a program, which costs an API server as much as three bound names, and is evaluated again
/// for the message. So there are few, and most names are bound by a list of one element.
struct SubjectVariables {
    /// The subresource of a request, empty without one.
    static let subResource = "request.?subResource.orValue('')"
    /// The kind of a place that is a container.
    static let container = "container \""

    /// The kinds of requests to decide.
    let classes: RequestClasses
    /// The checks.
    let entries: [LevelEntry]
    /// Whether the keys say that a Pod runs on Windows.
    let marksWindows: Bool

    private let terms: Set<CELTerm>

    /// The variables for the checks of a level.
    init(for entries: [LevelEntry], in classes: RequestClasses, marksWindows: Bool) {
        self.classes = classes
        self.entries = entries
        self.marksWindows = marksWindows
        terms = entries.terms
    }

    /// Whether only a part of some objects is judged.
    private var judgesParts: Bool { classes.contains(.ephemeralContainers) || classes.contains(.resize) }

    /// The variables; each can read those before it.
    var list: [CELVariable] {
        var list: [CELVariable] = []
        if terms.contains(.safeSysctls) { list.append(CELVariable(name: "y", expression: CELText.list(SafeSysctls.since129))) }
        if judgesParts { list += parts }
        if let resources { list.append(CELVariable(name: "r", expression: resources)) }
        let joined = places.isEmpty ? "[]" : places.joined(separator: "+")
        let inPod = "[s.?securityContext.orValue({})].map(q,\(joined))[0]"
        let needsSystem = marksWindows || terms.contains(.isWindows) || entries.contains(where: \.isLinuxOnly)
        let inSpec = needsSystem ? "[s.?os.?name.orValue('')=='windows'].map(w,\(inPod))[0]" : inPod
        let template = classes.contains(.workloads) ? ".map(x,\(template))" : ""
        return list + [CELVariable(name: "k", expression: "[dyn(object)]\(template).map(t,[t.spec].map(s,\(inSpec))[0])[0]")]
    }

    /// The template of a workload, or the Pod; of the object `x`, which is dynamic because its kinds have different fields.
    private var template: String {
        guard classes.contains(.workloads) else { return "x" }
        let inJob = "has(x.spec.jobTemplate)?x.spec.jobTemplate.spec.template"
        return "has(x.template)?x.template:\(inJob):has(x.spec.template)?x.spec.template:x"
    }

    /// Which part of the object is judged: `j` are the new ephemeral containers, `p` is whether the whole Pod counts.
    private var parts: [CELVariable] {
        let isWhole = "\(Self.subResource)==''"
        guard classes.contains(.ephemeralContainers) else { return [CELVariable(name: "p", expression: isWhole)] }
        let old = "dyn(oldObject).spec.?ephemeralContainers.orValue([])"
        let new = "dyn(object).spec.?ephemeralContainers.orValue([]).filter(c,!(c in \(old)))"
        let sharesNamespaces = "has(s.hostNetwork)||has(s.hostPID)||has(s.hostIPC)"
        let mountsPaths = "s.?volumes.orValue([]).exists(c,has(c.hostPath))"
        let isExposed = "[dyn(object).spec].exists(s,\(sharesNamespaces)||\(mountsPaths))"
        return [
            CELVariable(name: "j", expression: "\(Self.subResource)=='ephemeralcontainers'?\(new):[]"),
            CELVariable(name: "p", expression: "\(isWhole)||variables.j!=[]&&\(isExposed)"),
        ]
    }

    /// A list that is empty where only a part of the Pod is judged.
    private func ifWhole(_ list: String) -> String { judgesParts ? "(variables.p?\(list):[])" : "(\(list))" }
}

/// The places.
extension SubjectVariables {
    /// The lists of places, for ranges that a check judges.
    private var places: [String] {
        var places = [containers].compactMap(\.self)
        if resources != nil {
            places.append("variables.r[0]")
        } else if let place = place(Self.container, in: .longRunningContainers) {
            places.append(ifWhole(Self.longRunning) + ".map(c,\(place))")
        }
        let volumes = ifWhole("s.?volumes.orValue([])")
        if let place = place("volume \"", "c[0]", in: .hostPathVolumes) {
            places.append("\(volumes).map(c,has(c.hostPath),[string(c.name),\(Self.cleanedPath)]).map(c,\(place))")
        }
        if let place = place("volume \"", in: .volumes) { places.append("\(volumes).map(c,\(place))") }
        if let place = place("volume claim \"", "c.metadata.name", in: .volumeClaims) {
            places.append(ifWhole("dyn(object).?spec.?volumeClaimTemplates.orValue([])") + ".map(c,\(place))")
        }
        return places
    }

    /// The Pod, as a container with its `securityContext`, then the containers; `nil` if no check judges either.
    private var containers: String? {
        let both = entries.failing(in: .podAndContainers)
        let pod = entries.failing(in: .pod) + (marksWindows ? ["w?'\(LevelEntry.windowsKey)':''"] : [])
        let container = entries.failing(in: .containers)
        guard !both.isEmpty || !pod.isEmpty || !container.isEmpty else { return nil }
        let podRecord = ifWhole(pod.isEmpty && both.isEmpty ? "[]" : "[{'k':dyn(''),'n':dyn('Pod'),'s':q}]")
        let containerRecords = "(\(allContainers)).map(c,\(record))"
        let records = both.isEmpty && container.isEmpty ? podRecord : "(\(podRecord)+\(containerRecords))"
        let (ofPod, ofContainer) = (pod.isEmpty ? "''" : CELText.joined(pod), container.isEmpty ? "''" : CELText.joined(container))
        let own = pod.isEmpty && container.isEmpty ? [] : ["c.n=='Pod'?\(ofPod):\(ofContainer)"]
        return "\(records).map(c,[string(c.k),string(c.n),\(CELText.joined(both + own))])"
    }

    private var allContainers: String {
        let all = "s.?initContainers.orValue([])+s.containers+s.?ephemeralContainers.orValue([])"
        guard judgesParts else { return all }
        return "variables.p?\(all):\(classes.contains(.ephemeralContainers) ? "variables.j" : "[]")"
    }

    /// The containers that hold resources, for the object and in a resize also for the old one; `nil` if no resize can violate the level.
    private var resources: String? {
        guard classes.contains(.resize), let place = place(Self.container, in: .longRunningContainers) else { return nil }
        let isResize = "\(Self.subResource)=='resize'"
        let containers = "(variables.p||\(isResize)?\(Self.longRunning):[]).map(c,\(place))"
        let ofObject = "[(\(template)).spec].map(s,\(containers))[0]"
        return "(\(isResize)?[dyn(object),dyn(oldObject)]:[dyn(object)]).map(x,\(ofObject))"
    }

    private static let longRunning =
        "s.containers+s.?initContainers.orValue([]).filter(c,c.?restartPolicy.orValue('')=='Always')"

    /// A place with the keys of the checks that fail in it; `nil` if no check judges such places.
    private func place(_ kind: String, _ name: String = "c.name", in range: CELCheck.Range) -> String? {
        let failing = entries.failing(in: range)
        return failing.isEmpty ? nil : "[\(CELText.literal(kind)),string(\(name)),\(CELText.joined(failing))]"
    }
}

/// The facts about containers and volumes that several checks read.
extension SubjectVariables {
    /// The container with these facts, as a map; CEL allows values of several types only as dynamic ones, as fields of the object are.
    private var record: String {
        var fields = [("k", "dyn(\(CELText.literal(Self.container)))"), ("n", "c.name"), ("s", "c.?securityContext.orValue({})")]
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
        return "{" + fields.map { "'\($0.0)':\($0.1)" }.joined(separator: ",") + "}"
    }

    /// The field of the container, then the annotation of a template, which the API server copies into the Pod's field, then the field of the Pod.
    private var appArmorType: String {
        let own = "c.?securityContext.?appArmorProfile.?type"
        let inherited = "q.?appArmorProfile.?type"
        guard classes.contains(.workloads) else { return "\(own).or(\(inherited)).orValue('')" }
        let annotation = "t.?metadata.?annotations[?\(CELText.literal(Annotation.appArmorPrefix))+c.name]"
        let type = "x in ['','localhost/']?optional.none():optional.of(x=='unconfined'?'Unconfined':'RuntimeDefault')"
        let annotated = "\(CELTerm.isTemplate.rawValue)?\(annotation).optFlatMap(x,\(type)):optional.none()"
        return "\(own).or(\(annotated)).or(\(inherited)).orValue('')"
    }

    /// The path of a volume without empty components and dots; the API server rejects `..`.
    private static let cleanedPath =
        "bytes(c.hostPath.path).size()>\(HostPath.byteLimit)?'':c.hostPath.path.split('/').filter(x,!(x in ['','.'])).join('/')"
}
