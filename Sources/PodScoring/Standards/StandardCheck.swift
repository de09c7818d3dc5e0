import KubernetesAPI

/// One control of the Pod Security Standards: its identity, its texts, and what it looked for in each version.
///
/// A class because every violation refers to one, and it never changes.
package final class StandardCheck: Sendable {
    /// Looks for what is forbidden and appends where it is; finds nothing in a Pod that passes.
    typealias Search = @Sendable (PodSpec, [Annotation], inout [Finding]) -> Void

    /// What a check looks for from one version on.
    struct Revision: Sendable {
        /// The number behind `v1.` of the first version that looks for it.
        let minor: Int
        /// What it looks for.
        let search: Search

        /// What a check looks for from a version on.
        init(since minor: Int, _ search: @escaping Search) {
            self.minor = minor
            self.search = search
        }
    }

    /// Kubernetes' id of the check; also the name of its file.
    package let id: String
    /// The first level that asks for it.
    package let level: PodSecurityLevel
    /// Whether it looks at each container, with what that inherits from the Pod, or at the Pod as a whole.
    package let scope: Rule.Scope
    /// What a Pod does that violates it: a short phrase that goes on behind `the Pod`, the same for every Pod.
    package let reason: String
    /// What to do, short enough for a denial, as ``Rule/fix``; a finding that wants something else says so itself.
    package let fix: String
    /// The id of the milder check that this one replaces as soon as it appears.
    package let overriddenID: String?
    /// Whether it looks at annotations in any version.
    let readsAnnotations: Bool
    /// The name by which messages and waivers call it, such as `baseline/hostNamespaces`.
    package let name: String
    /// What it looks for, by ascending versions; never empty.
    let revisions: [Revision]

    /// A check; one that replaces no other is the common case.
    init(
        id: String,
        level: PodSecurityLevel,
        scope: Rule.Scope,
        reason: String,
        fix: String,
        overrides overriddenID: String? = nil,
        readsAnnotations: Bool = false,
        revisions: [Revision]
    ) {
        self.id = id
        self.level = level
        self.scope = scope
        self.reason = reason
        self.fix = fix
        self.overriddenID = overriddenID
        self.readsAnnotations = readsAnnotations
        self.revisions = revisions
        name = "\(level.rawValue)/\(id)"
    }

    /// The versions in which the check appeared and changed, ascending.
    package var versions: [PodSecurityVersion] { revisions.map { PodSecurityVersion(minor: $0.minor) } }

    /// What the check looks for in a version; `nil` before the version in which it appeared.
    func revision(inMinor minor: Int) -> Revision? {
        revisions.last { $0.minor <= minor }
    }
}
