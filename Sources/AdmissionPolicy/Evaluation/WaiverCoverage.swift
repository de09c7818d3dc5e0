import KubernetesAPI
import PodScoring

/// The parts of an object that waivers match: Namespace, Pod name, containers, images and service account.
struct WaiverSubject {
    /// A Pod's name as far as it is known.
    private enum PodName {
        case exact(String)
        /// Only its beginning; the API server or a controller generates the rest.
        case beginning(String)
    }

    /// The longest names and images that are compared, in bytes; valid ones are shorter.
    private static let byteLimit = 1_024
    /// The most containers for which a waiver of single containers applies; no real Pod has that many.
    private static let containerLimit = 256
    /// How many characters of a name the API server keeps before it adds a random suffix.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/storage/names/generate.go>
    private static let generatedBaseLimit = 58

    private let namespace: String
    private let podName: PodName
    private let serviceAccount: String
    /// The init containers, then the others.
    private let containers: [(name: String, image: String)]
    private let initContainerCount: Int
    private let hasEphemeralContainers: Bool

    /// Takes an object in the Namespace of the request.
    init(_ object: ReviewedObject, in namespace: String) {
        self.namespace = namespace
        let (pod, metadata) = (object.pod, object.metadata)
        switch object.kind {
        case .pod: podName = metadata.name.isEmpty ? .beginning(metadata.generateName) : .exact(metadata.name)
        case .deployment, .replicaSet, .statefulSet, .daemonSet, .replicationController, .job, .cronJob, .podTemplate, nil:
            let name = metadata.name.isEmpty ? metadata.generateName : metadata.name + "-"
            podName = .beginning(String(decoding: name.utf8.prefix(Self.generatedBaseLimit), as: UTF8.self))
        }
        let names = [pod.serviceAccountName, pod.serviceAccount].compactMap { $0 }
        serviceAccount = names.first { !$0.isEmpty } ?? "default"
        containers = pod.initContainers.map { ($0.name, $0.image) } + pod.containers.map { ($0.name, $0.image) }
        initContainerCount = pod.initContainers.count
        hasEphemeralContainers = !pod.ephemeralContainers.isEmpty
    }

    /// The part of the object that a waiver covers; `nil` if the waiver does not apply.
    func coverage(by match: ScoreWaiver.Match) -> WaiverCoverage? {
        // No namespace name is that long, and comparing it would take longer than reading it.
        guard namespace.utf8.count <= Self.byteLimit else { return nil }
        let needsExactName = PolicySet.systemNamespaces.contains { $0.hasSameBytes(as: namespace) }
        guard match.namespaces.contains(where: { ($0.isExact || !needsExactName) && $0.matches(namespace) }),
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
            // An ephemeral container has the privileges of the whole Pod, and no waiver covers it.
            coversPod: !hasEphemeralContainers && !covered.contains(false)
        )
    }

    /// Tells whether a pattern matches the Pod's name, whatever its generated end will be.
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

/// The part of an object that one waiver covers.
struct WaiverCoverage {
    /// Whether each container is covered, the init containers first; `nil` covers all of them.
    let containers: [Bool]?
    /// The index of the first container after the init containers in ``containers``.
    let initContainerCount: Int
    /// Whether findings outside containers are covered, and every container except ephemeral ones.
    let coversPod: Bool

    /// Everything except ephemeral containers.
    static let everything = Self(containers: nil, initContainerCount: 0, coversPod: true)

    /// The index in ``containers`` of the container with a finding; `nil` for findings that no waiver of single containers covers.
    func index(of place: Finding.Place) -> Int? {
        switch place {
        case .container(.initContainers, let index): index
        case .container(.containers, let index): initContainerCount + index
        case .container(.ephemeralContainers, _), .pod, .metadata, .volume, .object: nil
        }
    }
}
