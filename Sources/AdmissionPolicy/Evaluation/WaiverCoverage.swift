import KubernetesAPI
import PodScoring

/// What waivers look at of an object: what its Pods are called, what they run and what they run as.
struct WaiverSubject {
    /// What is known of a Pod's name.
    private enum PodName {
        case exact(String)
        /// Only how it begins, for the API server or a controller makes the rest.
        case beginning(String)
    }

    /// The longest names and images that are compared, in bytes; Kubernetes has no longer names, and no registry longer images.
    private static let byteLimit = 1_024
    /// The most containers that are told apart; no real Pod has as many.
    private static let containerLimit = 256
    /// The characters of a name that are kept when the API server puts a random end to it.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/storage/names/generate.go>
    private static let generatedBaseLimit = 58

    private let namespace: String
    private let podName: PodName
    private let serviceAccount: String
    /// The init containers, then the others.
    private let containers: [(name: String, image: String)]
    private let initContainerCount: Int
    private let hasEphemeralContainers: Bool

    /// Takes an object in the namespace that the request says.
    init(_ object: ReviewedObject, in namespace: String) {
        self.namespace = namespace
        let (pod, metadata) = (object.pod, object.metadata)
        switch object.kind {
        case .pod: podName = metadata.name.isEmpty ? .beginning(metadata.generateName) : .exact(metadata.name)
        case .deployment, .replicaSet, .statefulSet, .daemonSet, .replicationController, .job, .cronJob, .podTemplate:
            let name = metadata.name.isEmpty ? metadata.generateName : metadata.name + "-"
            podName = .beginning(String(decoding: name.utf8.prefix(Self.generatedBaseLimit), as: UTF8.self))
        }
        let names = [pod.serviceAccountName, pod.serviceAccount].compactMap { $0 }
        serviceAccount = names.first { !$0.isEmpty } ?? "default"
        containers = pod.initContainers.map { ($0.name, $0.image) } + pod.containers.map { ($0.name, $0.image) }
        initContainerCount = pod.initContainers.count
        hasEphemeralContainers = !pod.ephemeralContainers.isEmpty
    }

    /// What of the object a waiver covers; `nil` when it does not apply to it.
    func coverage(by match: ScoreWaiver.Match) -> WaiverCoverage? {
        // No namespace has so long a name, and comparing it would take longer than reading it.
        guard namespace.utf8.count <= Self.byteLimit else { return nil }
        let keepsOutGlobs = PolicySet.systemNamespaces.contains { $0.utf8.elementsEqual(namespace.utf8) }
        guard match.namespaces.contains(where: { ($0.isExact || !keepsOutGlobs) && $0.matches(namespace) }),
            match.pods?.contains(where: matchesName) ?? true,
            Self.matches(serviceAccount, match.serviceAccounts)
        else { return nil }
        guard match.containers != nil || match.images != nil else { return .everything }
        guard containers.count <= Self.containerLimit else { return nil }
        let covered = containers.map { container in
            Self.matches(container.name, match.containers) && Self.matches(image: container.image, match.images)
        }
        guard covered.contains(true) else { return nil }
        return WaiverCoverage(
            containers: covered,
            initContainerCount: initContainerCount,
            // An ephemeral container shares what the Pod as a whole is granted, and no waiver names it.
            coversPod: !hasEphemeralContainers && !covered.contains(false)
        )
    }

    /// Tells whether a pattern matches the Pod's name, whatever its unknown end will be.
    private func matchesName(_ pattern: NamePattern) -> Bool {
        switch podName {
        case .exact(let name): Self.matches(name, [pattern])
        case .beginning(let name): pattern.bytes.last == NamePattern.star && Self.matches(name, [pattern])
        }
    }

    private static func matches(_ name: String, _ patterns: [NamePattern]?) -> Bool {
        guard let patterns else { return true }
        return name.utf8.count <= byteLimit && patterns.contains { $0.matches(name) }
    }

    private static func matches(image: String, _ patterns: [ImagePattern]?) -> Bool {
        guard let patterns else { return true }
        let bytes = image.utf8.span
        guard bytes.count <= byteLimit else { return false }
        let parts = ImageParts(of: bytes)
        for pattern in patterns where pattern.matches(bytes, parts) { return true }
        return false
    }
}

/// What of an object one waiver covers.
struct WaiverCoverage {
    /// Whether each container is covered, the init containers first; `nil` covers all of them.
    let containers: [Bool]?
    /// Where the containers that are no init containers begin in ``containers``.
    let initContainerCount: Int
    /// Whether what belongs to no single container is covered, and every container but the ephemeral ones.
    let coversPod: Bool

    /// All but ephemeral containers.
    static let everything = Self(containers: nil, initContainerCount: 0, coversPod: true)

    /// The place in ``containers`` of the container with a finding; `nil` for what no waiver of containers covers.
    func index(of place: Finding.Place) -> Int? {
        switch place {
        case .container(.initContainers, let index): index
        case .container(.containers, let index): initContainerCount + index
        case .container(.ephemeralContainers, _), .pod, .metadata, .volume, .object: nil
        }
    }
}
