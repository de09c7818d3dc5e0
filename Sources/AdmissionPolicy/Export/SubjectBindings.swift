import KubernetesAPI
import PodScoring

/// The names that the checks of a level read, with what they stand for.
///
/// CEL has no local names. A comprehension over a list of one element has the same effect and costs less than a variable of the policy, which
/// is evaluated as a program of its own in each of the API server's passes.
struct SubjectBindings {
    /// A list that conditions go over.
    struct List {
        /// Its name.
        let name: String
        /// What names an element in messages; `nil` if the element is that name.
        let place: String?
        /// Whether it is empty for Windows Pods.
        var isEmptyOnWindows = false
    }

    /// A name with its value.
    typealias Binding = (name: String, value: String)

    /// The kinds of requests to decide.
    let classes: RequestClasses
    /// The checks.
    let entries: [LevelEntry]

    private let terms: Set<CELTerm>
    private let ranges: Set<CELCheck.Range>

    /// The bindings for the checks of a level.
    init(for entries: [LevelEntry], in classes: RequestClasses) {
        self.classes = classes
        self.entries = entries
        terms = entries.terms
        ranges = entries.ranges
    }

    /// The list for a range.
    static func list(of range: CELCheck.Range, onLinuxOnly: Bool) -> List {
        let container = "dyn('container \"'+c.name+'\"')"
        let volume = "dyn('volume \"'+c.name+'\"')"
        return switch range {
        case .pod: List(name: "b", place: nil)
        case .containers where onLinuxOnly: List(name: "l", place: "c.n", isEmptyOnWindows: true)
        case .containers: List(name: "k", place: "c.n")
        case .podAndContainers: List(name: "o", place: "c.n")
        case .longRunningContainers: List(name: "r", place: container)
        case .hostPathVolumes: List(name: "h", place: "c.n")
        case .volumes: List(name: "u", place: volume)
        case .volumeClaims: List(name: "g", place: "dyn('volume claim \"'+c.metadata.name+'\"')")
        }
    }

    /// The value of an expression about the object, with all names bound that it may read.
    ///
    /// - Parameter object: The expression for the object.
    /// - Returns: The expression with its bindings; `x` is the object in them.
    func binding(around expression: String) -> String {
        bindings.reversed().reduce(expression) { body, binding in "[\(binding.value)].map(\(binding.name),\(body))[0]" }
    }

    /// Whether only a part of some objects is judged.
    var judgesParts: Bool { classes.contains(.ephemeralContainers) || classes.contains(.resize) }

    /// The names with their values; each value can read the names before it.
    private var bindings: [Binding] {
        var bindings: [Binding] = [("t", template), ("s", "t.spec"), ("q", "s.?securityContext.orValue({})")]
        bindings.append(("w", "s.?os.?name.orValue('')=='windows'"))
        if terms.contains(.isTemplate) || terms.contains(.appArmorType) { bindings.append(("z", isTemplate)) }
        if judgesParts { bindings += parts }
        return bindings + lists
    }

    /// The template of a workload, or the Pod.
    private var template: String {
        guard classes.contains(.workloads) else { return "x" }
        let templates = "has(x.spec.jobTemplate)?x.spec.jobTemplate.spec.template:has(x.spec.template)?x.spec.template:x"
        return "has(x.template)?x.template:\(templates)"
    }

    private var isTemplate: String {
        if classes == .workloads { return "true" }
        return classes.contains(.workloads) ? "request.kind.kind!='Pod'" : "false"
    }

    /// Which part of the object is judged: `i` is the subresource, `j` the new ephemeral containers, `p` whether the whole Pod counts.
    private var parts: [Binding] {
        let subresource: Binding = ("i", "request.?subResource.orValue('')")
        guard classes.contains(.ephemeralContainers) else { return [subresource, ("p", "i==''")] }
        let old = "oldObject.spec.?ephemeralContainers.orValue([])"
        let new = "i=='ephemeralcontainers'?s.?ephemeralContainers.orValue([]).filter(c,!(c in \(old))):[]"
        let sharesNamespaces = "[s.?hostNetwork,s.?hostPID,s.?hostIPC].exists(c,c.orValue(false))"
        let sharesHost = "\(sharesNamespaces)||s.?volumes.orValue([]).exists(c,has(c.hostPath))"
        return [subresource, ("j", new), ("p", "i==''||j!=[]&&(\(sharesHost))")]
    }

    /// The lists that conditions go over.
    private var lists: [Binding] {
        var lists: [Binding] = []
        if ranges.contains(.pod) { lists.append(("b", "dyn(\(ifWhole("['Pod']")))")) }
        if ranges.contains(.containers) || ranges.contains(.podAndContainers) {
            lists.append(("k", "(\(containers)).map(c,\(record(containerFields)))"))
            if entries.contains(where: \.readsLinuxContainers) { lists.append(("l", "w?[]:k")) }
        }
        if ranges.contains(.podAndContainers) {
            lists.append(("o", "(\(ifWhole("[{'n':dyn('Pod'),'s':dyn(q)}]")))+k"))
        }
        if ranges.contains(.longRunningContainers) { lists.append(("r", longRunningContainers)) }
        let volumes = ifWhole("s.?volumes.orValue([])")
        if ranges.contains(.hostPathVolumes) {
            let fields: [Binding] = [("n", "'volume \"'+c.name+'\"'"), ("p", cleanedPath)]
            lists.append(("h", "(\(volumes)).map(c,has(c.hostPath),\(record(fields)))"))
        }
        if ranges.contains(.volumes) { lists.append(("u", volumes)) }
        if ranges.contains(.volumeClaims) { lists.append(("g", ifWhole("x.?spec.?volumeClaimTemplates.orValue([])"))) }
        return lists
    }

    /// A list that is empty where only a part of the Pod is judged.
    private func ifWhole(_ list: String) -> String { judgesParts ? "p?\(list):[]" : list }

    /// A map; its values need a type of their own each, which CEL allows only for dynamic values.
    private func record(_ fields: [Binding]) -> String {
        "{" + fields.map { "'\($0.name)':dyn(\($0.value))" }.joined(separator: ",") + "}"
    }

    private var containers: String {
        let all = "s.?initContainers.orValue([])+s.containers+s.?ephemeralContainers.orValue([])"
        guard judgesParts else { return all }
        return classes.contains(.ephemeralContainers) ? "p?\(all):j" : "p?\(all):[]"
    }

    private var longRunningContainers: String {
        let all = "s.containers+s.?initContainers.orValue([]).filter(c,c.?restartPolicy.orValue('')=='Always')"
        guard judgesParts else { return all }
        return classes.contains(.resize) ? "p||i=='resize'?\(all):[]" : "p?\(all):[]"
    }

    /// The facts about a container that several checks read.
    private var containerFields: [Binding] {
        var fields: [Binding] = [("n", "'container \"'+c.name+'\"'"), ("s", "c.?securityContext.orValue({})")]
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
        let annotation = "t.?metadata.?annotations[?\(CELText.literal(Annotation.appArmorPrefix))+c.name]"
        let type = "x in ['','localhost/']?optional.none():optional.of(x=='unconfined'?'Unconfined':'RuntimeDefault')"
        return "\(own).or(z?\(annotation).optFlatMap(x,\(type)):optional.none()).or(\(inherited)).orValue('')"
    }

    /// The path of a volume without empty components and dots; the API server rejects `..`.
    private var cleanedPath: String {
        "bytes(c.hostPath.path).size()>\(HostPath.byteLimit)?'':c.hostPath.path.split('/').filter(x,!(x in ['','.'])).join('/')"
    }
}

extension LevelEntry {
    /// Whether the entry goes over the containers of Pods that do not run on Windows.
    fileprivate var readsLinuxContainers: Bool {
        appliesToLinuxOnly && check.parts.contains { $0.range == .containers }
    }
}
