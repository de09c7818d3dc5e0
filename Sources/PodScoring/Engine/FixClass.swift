import KubernetesAPI

/// The kind of a fix: what must be checked or known before it is applied.
///
/// The cases are in the order in which fixes are preferred.
package enum FixClass: String, Sendable, CaseIterable {
    /// Programs do not notice the fix, so it can be pasted unchanged.
    case manifest
    /// The program may use what the fix takes away.
    case application
    /// The image must fit, such as by a numeric user or by writable paths.
    case image
    /// The fix needs a value that only its author knows; ``Rule/example`` shows a `YOUR-…` placeholder.
    case value
    /// The fix needs a feature of the node. On a node without it, the Pod does not start.
    case node

    /// The position in the order, from 0.
    var rank: Int {
        switch self {
        case .manifest: 0
        case .application: 1
        case .image: 2
        case .value: 3
        case .node: 4
        }
    }

    /// The check to make before the fix, in brackets, as texts say it behind a fix or a rule; empty if there is nothing to do.
    package var tag: String {
        switch self {
        case .manifest: ""
        case .application: " [check application]"
        case .image: " [check image]"
        case .value: " [your value]"
        case .node: " [check nodes]"
        }
    }
}

extension FixClass: Comparable {
    /// Returns whether the first class comes before the second one in the order of preference.
    package static func < (first: Self, second: Self) -> Bool { first.rank < second.rank }
}

/// The places at which the fix of a rule has another class than usual.
package struct FixClassException: Sendable {
    /// The class at these places.
    package let fixClass: FixClass
    /// The condition, as the rest of a sentence that begins with "The class is manifest".
    package let condition: String
    /// Whether a container meets the condition, by its list, its index in the list and its object.
    ///
    /// The list and not the container, since a call that gets a container copies it.
    private let isMet: @Sendable ([Container], Int, ScoringSubject) -> Bool

    /// Creates an exception.
    init(_ fixClass: FixClass, _ condition: String, where isMet: @escaping @Sendable ([Container], Int, ScoringSubject) -> Bool) {
        self.fixClass = fixClass
        self.condition = condition
        self.isMet = isMet
    }

    /// Returns whether the container at a place meets the condition; for the Pod as the place, whether every container does.
    fileprivate func applies(at place: Finding.Place, in subject: ScoringSubject) -> Bool {
        switch place {
        case .container(.initContainers, let index): isMet(at: index, of: subject.pod.initContainers, in: subject)
        case .container(.containers, let index): isMet(at: index, of: subject.pod.containers, in: subject)
        case .container(.ephemeralContainers, let index): isMet(at: index, of: subject.pod.ephemeralContainers, in: subject)
        case .pod:
            [subject.pod.initContainers, subject.pod.containers, subject.pod.ephemeralContainers].allSatisfy { list in
                list.indices.allSatisfy { isMet(list, $0, subject) }
            }
        case .metadata, .volume, .object: false
        }
    }

    private func isMet(at index: Int, of containers: [Container], in subject: ScoringSubject) -> Bool {
        containers.indices.contains(index) && isMet(containers, index, subject)
    }
}

extension FixClassException? {
    /// Returns the class of a fix at a place of an object.
    func fixClass(at place: Finding.Place, in subject: ScoringSubject, otherwise usual: FixClass) -> FixClass {
        guard let exception = self, exception.applies(at: place, in: subject) else { return usual }
        return exception.fixClass
    }

    /// Returns the class of a fix at all places of some findings together: the last one in the order of preference.
    ///
    /// Linear in the number of findings, unless an early one decides.
    func fixClass(of findings: [Finding], in subject: ScoringSubject, otherwise usual: FixClass) -> FixClass {
        guard let exception = self, !findings.isEmpty else { return usual }
        let isLast = exception.fixClass > usual
        // By index, since going over findings copies each.
        for index in findings.indices where exception.applies(at: findings[index].place, in: subject) == isLast {
            return max(exception.fixClass, usual)
        }
        return min(exception.fixClass, usual)
    }
}

/// Features of nodes that fixes of class ``FixClass/node`` need.
package struct NodeFeatures: OptionSet, Sendable {
    /// One bit for each feature.
    package let rawValue: UInt8

    /// Creates a set from one bit for each feature.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// AppArmor is enabled in the kernel, and the container runtime uses it.
    package static let appArmor = Self(rawValue: 1 << 0)
    /// The kubelet, the container runtime and the filesystems of volumes support user namespaces.
    package static let userNamespaces = Self(rawValue: 1 << 1)

    /// The features with their names in policies and their names in sentences, in the order in which texts list them.
    package static let named: [(feature: Self, name: String, words: String)] = [
        (.appArmor, "appArmor", "AppArmor"), (.userNamespaces, "userNamespaces", "user namespaces"),
    ]

    /// The names of the features in the set.
    package var names: [String] { Self.named.filter { contains($0.feature) }.map(\.name) }
}
