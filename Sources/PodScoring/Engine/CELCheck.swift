/// A check as CEL, for Kubernetes' own admission policies.
///
/// It judges what the API server stores: decoded, validated, and with its defaults. On such an object it fails exactly if the check in Swift
/// beside it does. On other objects, such as manifests, it need not.
/// For example, the API server stores no `hostPID: false`, so that `has` finds only `true`; the same holds for other fields that are no pointers.
package struct CELCheck: Sendable, Equatable {
    /// The parts of a Pod that a condition judges one by one.
    package enum Range: Sendable, CaseIterable {
        /// The Pod as a whole.
        case pod
        /// All containers.
        case containers
        /// The Pod's `securityContext`, then those of all containers. Running Pods do not change, so for a new ephemeral container only its own
        /// is judged: the condition must read what it inherits.
        case podAndContainers
        /// Regular containers and restartable init containers.
        case longRunningContainers
        /// The volumes that are paths of the node.
        case hostPathVolumes
        /// All volumes.
        case volumes
        /// The volume claim templates of a StatefulSet.
        case volumeClaims
    }

    /// A condition with the parts of a Pod that it judges.
    package struct Part: Sendable, Equatable {
        /// The parts of the Pod.
        package let range: Range
        /// Is true where the check fails.
        package let condition: CELExpression
    }

    /// The conditions; the check fails where any of them is true.
    package let parts: [Part]
    /// Whether the check never fails for a Pod that declares that it runs on Windows.
    package let isLinuxOnly: Bool
    /// Why there is no CEL, as a sentence; `nil` if there is.
    package let impossibility: String?

    private init(_ parts: [Part], isLinuxOnly: Bool = false, impossibility: String? = nil) {
        self.parts = parts
        self.isLinuxOnly = isLinuxOnly
        self.impossibility = impossibility
    }

    /// A check that fails in the parts of a Pod where a condition is true.
    package static func fails(in range: Range, where condition: CELExpression) -> Self {
        Self([Part(range: range, condition: condition)])
    }

    /// A check that cannot be written in CEL.
    package static func impossible(because reason: String) -> Self {
        Self([], impossibility: reason)
    }

    /// The same check, which also fails where another condition is true.
    package func or(in range: Range, where condition: CELExpression) -> Self {
        Self(parts + [Part(range: range, condition: condition)], isLinuxOnly: isLinuxOnly, impossibility: impossibility)
    }

    /// The same check for Pods that do not declare that they run on Windows; it holds for the others.
    package var onLinux: Self {
        Self(parts, isLinuxOnly: true, impossibility: impossibility)
    }

    /// The same check for Pods without a user namespace; it holds for the others.
    package var withoutUserNamespace: Self {
        let parts = parts.map { part in
            Part(range: part.range, condition: "\(.spec).?hostUsers.orValue(true)&&(\(part.condition))")
        }
        return Self(parts, isLinuxOnly: isLinuxOnly, impossibility: impossibility)
    }
}
