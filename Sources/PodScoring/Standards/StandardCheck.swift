import KubernetesAPI

/// One control of the Pod Security Standards, with its identity, its texts and its function in each version.
///
/// A class because every violation refers to one, and it never changes.
package final class StandardCheck: Sendable {
    /// Appends a finding for each violation in a Pod, or for each container that violates the check alone if the subject asks that.
    typealias Search = @Sendable (ScoringSubject, inout [Finding]) -> Void

    /// The function of a check from a version on.
    struct Revision: Sendable {
        /// The number after `v1.` of the first version with the function.
        let minor: Int
        /// Makes the function as CEL, for Pods that the API server stores; only exports need it.
        let cel: @Sendable () -> CELCheck
        /// The function.
        let search: Search

        /// Creates the function from a version on.
        init(since minor: Int, _ cel: @autoclosure @escaping @Sendable () -> CELCheck, _ search: @escaping Search) {
            self.minor = minor
            self.cel = cel
            self.search = search
        }
    }

    /// Kubernetes' id of the check; also the name of its file.
    package let id: String
    /// The lowest level with the check.
    package let level: PodSecurityLevel
    /// Whether the check applies to each container, with the values it inherits, or to the Pod as a whole.
    package let scope: Rule.Scope
    /// The violation as a short phrase that follows `the Pod`.
    package let reason: String
    /// The fix, short enough for a denial, as ``Rule/fix``; a finding can have another one.
    package let fix: String
    /// The class of the fix, as ``Rule/fixClass``.
    package let fixClass: FixClass
    /// The places at which the fix has another class; `nil` if there are none.
    let fixClassException: FixClassException?
    /// The id of the less strict check that this one replaces.
    package let overriddenID: String?
    /// Whether the check reads annotations in any version.
    let readsAnnotations: Bool
    /// The name in messages and waivers, such as `baseline/hostNamespaces`.
    package let name: String
    /// The functions by ascending versions; never empty.
    let revisions: [Revision]

    /// Creates a check.
    init(
        id: String,
        level: PodSecurityLevel,
        scope: Rule.Scope,
        reason: String,
        fix: String,
        fixClass: FixClass,
        except fixClassException: FixClassException? = nil,
        overrides overriddenID: String? = nil,
        readsAnnotations: Bool = false,
        revisions: [Revision]
    ) {
        self.id = id
        self.level = level
        self.scope = scope
        self.reason = reason
        self.fix = fix
        self.fixClass = fixClass
        self.fixClassException = fixClassException
        self.overriddenID = overriddenID
        self.readsAnnotations = readsAnnotations
        self.revisions = revisions
        name = "\(level.rawValue)/\(id)"
    }

    /// Returns the class of the fix at some findings in an object: the last one in the order of preference if they differ.
    package func fixClass(of findings: [Finding], in subject: ScoringSubject) -> FixClass {
        fixClassException.fixClass(of: findings, in: subject, otherwise: fixClass)
    }

    /// The versions in which the check appeared and changed, ascending.
    package var versions: [PodSecurityVersion] { revisions.map { PodSecurityVersion(minor: $0.minor) } }

    /// Returns the function in a version; `nil` before the first version of the check.
    func revision(inMinor minor: Int) -> Revision? {
        revisions.last { $0.minor <= minor }
    }
}
