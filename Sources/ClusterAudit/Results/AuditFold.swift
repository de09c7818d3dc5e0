import AdmissionPolicy
package import KubernetesAPI

/// A Pod or workload as an audit reads it.
package struct RunningObject: Sendable {
    /// The object as rules read it.
    package let object: KubernetesObject
    /// The controller and the images.
    package let facts: RunningFacts

    /// An object with its facts.
    package init(object: KubernetesObject, facts: RunningFacts) {
        self.object = object
        self.facts = facts
    }

    /// The object as an owner.
    package var identity: OwnerIdentity { OwnerIdentity(object, uid: facts.uid) }

    /// Whether a Pod counts, since it is neither finished nor being deleted.
    var counts: Bool { !facts.isFinishedPod && !object.metadata.isBeingDeleted }

    /// The object as an example of others like it.
    var example: AuditedExample { AuditedExample(object, madeByNode: mirrorNode) }

    /// The node of a static Pod: the kubelet names it as the controller; `nil` for all other objects.
    private var mirrorNode: String? {
        guard object.metadata.annotation(named: Annotation.mirrorPod) != nil, case .pod(let pod) = object.content, let node = pod.nodeName,
            let controller = facts.controller, controller.kind == "Node", controller.name.hasSameBytes(as: node)
        else { return nil }
        return node
    }

    /// The images of the containers, with the digests that the status shows.
    fileprivate var images: [AuditedImage] {
        guard let pod = object.podSpec else { return [] }
        return (pod.initContainers + pod.containers + pod.ephemeralContainers).map { container in
            let running = facts.images.first { $0.container.hasSameBytes(as: container.name) }
            return AuditedImage(container: container.name, reference: container.image, digest: running?.digest)
        }
    }
}

/// Assigns Pods to their top owners and keeps the distinct results of each.
///
/// Pods of one owner with the same content are decided once. Pods whose owner was not seen yet wait as a group; only such a group keeps the
/// names of its Pods, because its claim may turn out to be false.
package struct AuditFold: Sendable {
    /// Decides the Pods.
    package private(set) var decider: AuditDecider
    private var owners: [OwnerKey: OwnerFold] = [:]
    private var waiting: [ClaimKey: WaitingPods] = [:]
    /// The templates of workloads, which count only without Pods.
    private var templates: [OwnerKey: (identity: OwnerIdentity, template: RunningTemplate)] = [:]
    /// The number of Pods that were added.
    package private(set) var podCount = 0

    /// Starts without Pods.
    package init(decidingBy decider: AuditDecider) {
        self.decider = decider
    }

    /// Adds a Namespace, whose labels count for Pods that are added later.
    mutating func add(namespace: String, labels: [RunningLabel]) {
        decider.add(namespace: namespace, labels: labels)
    }

    /// Adds a Pod; one that is finished or being deleted does not count.
    package mutating func add(pod: RunningObject, knowing directory: OwnerDirectory) {
        guard pod.counts else { return }
        podCount += 1
        let namespace = pod.object.metadata.namespace
        switch directory.topOwner(claimedBy: pod.facts.controller, in: namespace, isFinal: false) {
        case .owner(let identity): add(pod, to: identity)
        case .itself: add(pod, to: pod.identity)
        case .unseen:
            guard let claim = pod.facts.controller else { return add(pod, to: pod.identity) }
            let key = ClaimKey(namespace: namespace, claim: claim)
            waiting[key, default: WaitingPods()].add(pod, by: decider)
        }
    }

    /// Adds the template of a workload, which is decided if the workload has no Pods.
    ///
    /// A finished Job makes no more Pods. A workload whose controller exists is left out when the Pods are settled.
    package mutating func add(workload: RunningObject) {
        guard workload.object.podSpec != nil, !workload.object.metadata.isBeingDeleted, !workload.facts.isFinishedJob else { return }
        let identity = workload.identity
        templates[OwnerKey(identity)] = (identity, RunningTemplate(example: AuditedExample(workload.object), images: workload.images))
    }

    /// Whether a workload has Pods among those whose owner is known.
    package func hasPods(_ identity: OwnerIdentity) -> Bool { owners[OwnerKey(identity)] != nil }

    /// The kinds of the owners that Pods wait for.
    package var claimedKinds: Set<WorkloadKind> { Set(waiting.keys.compactMap(\.kind)) }

    /// Assigns the Pods that wait, now that all owners were read, and drops the templates of workloads that others control.
    package mutating func settle(knowing directory: OwnerDirectory) {
        for (key, pods) in waiting.sorted(by: { $0.key < $1.key }) {
            switch directory.topOwner(claimedBy: key.claim, in: key.namespace, isFinal: true) {
            case .owner(let identity): owners[OwnerKey(identity), default: OwnerFold(identity)].add(pods)
            case .itself, .unseen:
                for (identity, result, images) in pods.each(in: key.namespace) {
                    owners[OwnerKey(identity), default: OwnerFold(identity)].add(result, images: images)
                }
            }
        }
        waiting = [:]
        templates = templates.filter { directory.top(of: $0.value.identity) == $0.value.identity }
    }

    /// The results, in any order; Pods that wait must have been settled.
    package func audited() -> [AuditedOwner] {
        let withPods = owners.values.compactMap(\.audited)
        let withoutPods = templates.filter { owners[$0.key] == nil }.values.compactMap { identity, template in
            template.audited(identity, by: decider)
        }
        return withPods + withoutPods
    }

    private mutating func add(_ pod: RunningObject, to identity: OwnerIdentity) {
        owners[OwnerKey(identity), default: OwnerFold(identity)].add(pod, by: decider)
    }
}

/// An owner as a key, compared as bytes and whatever its version.
private struct OwnerKey: Hashable {
    private let bytes: [UInt8]

    init(_ identity: OwnerIdentity) {
        bytes = Array([identity.namespace ?? "", identity.group, identity.kind, identity.name, identity.uid].joined(separator: "\0").utf8)
    }
}

/// A claimed controller as a key, compared as bytes.
private struct ClaimKey: Hashable, Comparable {
    let namespace: String
    let claim: ControllerReference

    var kind: WorkloadKind? { OwnerIdentity(claim, inNamespace: namespace).workloadKind }

    private var bytes: [UInt8] {
        Array([namespace, claim.apiVersion, claim.kind, claim.name, claim.uid].joined(separator: "\0").utf8)
    }

    static func == (one: Self, other: Self) -> Bool { one.bytes == other.bytes }

    static func < (one: Self, other: Self) -> Bool { one.bytes.lexicographicallyPrecedes(other.bytes) }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// The results of one owner.
private struct OwnerFold {
    let identity: OwnerIdentity
    private var results = DistinctResults(byContent: false)
    private var images: [AuditedImage] = []
    private var podCount = 0

    init(_ identity: OwnerIdentity) {
        self.identity = identity
    }

    mutating func add(_ pod: RunningObject, by decider: AuditDecider) {
        guard results.add(pod, by: decider) != nil else { return }
        podCount += 1
        images.insert(pod.images)
    }

    /// Adds a result of one or more Pods.
    mutating func add(_ result: AuditedResult, images: [AuditedImage]) {
        results.merge(result)
        podCount += result.count
        self.images.insert(images)
    }

    mutating func add(_ pods: WaitingPods) {
        for (result, images) in zip(pods.results.all, pods.images) { add(result, images: images) }
    }

    var audited: AuditedOwner? {
        let sorted = results.all.sorted { $0.decision.isWorse(than: $1.decision) }
        return sorted.first.map { worst in
            let others = Array(sorted.dropFirst())
            return AuditedOwner(identity, source: .pods(count: podCount), worst: worst, others: others, images: images.sorted())
        }
    }
}

/// Pods that claim one controller, which was not seen yet.
private struct WaitingPods {
    private(set) var results = DistinctResults(byContent: true)
    /// The images of the Pods with each result; a Pod that is listed alone gets no images of other Pods.
    private(set) var images: [[AuditedImage]] = []
    /// The result of each Pod.
    private var indices: [Int] = []
    /// The name and the UID of each Pod, in one block: thousands of small ones would scatter the heap.
    private var names: [UInt8] = []
    private var ends: [Int] = []

    mutating func add(_ pod: RunningObject, by decider: AuditDecider) {
        guard let result = results.add(pod, by: decider) else { return }
        indices.append(result)
        for text in [pod.object.metadata.name, pod.facts.uid] {
            names += text.utf8
            ends.append(names.count)
        }
        if result == images.count { images.append([]) }
        images[result].insert(pod.images)
    }

    /// Each Pod alone with its result and the images of the Pods with the same content.
    func each(in namespace: String) -> [(identity: OwnerIdentity, result: AuditedResult, images: [AuditedImage])] {
        var start = 0
        func next(_ end: Int) -> String {
            defer { start = end }
            return String(decoding: names[start..<end], as: UTF8.self)
        }
        return indices.enumerated().map { number, index in
            let (name, uid) = (next(ends[2 * number]), next(ends[2 * number + 1]))
            var result = results.all[index]
            result.count = 1
            result.example.name = name
            let pod = OwnerIdentity(namespace: namespace, group: "", version: "v1", kind: "Pod", name: name, uid: uid)
            return (pod, result, images[index])
        }
    }
}

/// The template of a workload.
private struct RunningTemplate {
    let example: AuditedExample
    let images: [AuditedImage]

    func audited(_ identity: OwnerIdentity, by decider: AuditDecider) -> AuditedOwner? {
        guard let object = try? example.object(among: decider.workloads), let result = decider.result(of: object, as: example) else {
            return nil
        }
        return AuditedOwner(identity, source: .template, worst: result, images: images.sorted())
    }
}

/// Results of Pods, equal ones together.
private struct DistinctResults {
    private(set) var all: [AuditedResult] = []
    /// Whether results of different contents stay apart.
    private let isByContent: Bool

    init(byContent isByContent: Bool) {
        self.isByContent = isByContent
    }

    /// Adds a Pod and returns the index of its result; `nil` if it cannot be decided.
    mutating func add(_ pod: RunningObject, by decider: AuditDecider) -> Int? {
        let example = pod.example
        // A waiver can name Pods, so that Pods with the same content differ.
        if !decider.hasWaivers(in: pod.object.metadata.namespace),
            let index = all.firstIndex(where: { $0.example.hasSameContent(as: example) })
        {
            all[index].count += 1
            if example.name.utf8.lexicographicallyPrecedes(all[index].example.name.utf8) { all[index].example.name = example.name }
            return index
        }
        return decider.result(of: pod.object, as: example).map { merge($0) }
    }

    /// Adds a result and returns its index.
    @discardableResult
    mutating func merge(_ result: AuditedResult) -> Int {
        let same = all.firstIndex { known in
            (!isByContent || known.example.hasSameContent(as: result.example)) && known.key.hasSameBytes(as: result.key)
        }
        guard let same else {
            all.append(result)
            return all.count - 1
        }
        all[same].count += result.count
        if result.example.name.utf8.lexicographicallyPrecedes(all[same].example.name.utf8) { all[same].example = result.example }
        return same
    }
}

extension [AuditedImage] {
    /// Adds the images that are not there yet.
    fileprivate mutating func insert(_ others: [AuditedImage]) {
        for image in others where !contains(image) { append(image) }
    }
}
