package import KubernetesAPI

/// A Pod Security Standard at a version, as Kubernetes' own admission controller judges by it.
///
/// The checks are looked up once, when the value is made; judging a Pod that passes allocates nothing.
package struct PodSecurityStandard: Sendable {
    /// A check and what it looks for in the standard's version.
    struct Entry: Sendable {
        /// The check.
        let check: StandardCheck
        /// The number behind `v1.` of the first version in which it looked for the same.
        let minor: Int
        /// What it looks for.
        let search: StandardCheck.Search
    }

    /// How much it forbids.
    package let level: PodSecurityLevel
    /// The version as it was asked for; one that is newer than known is judged as `latest`.
    package let version: PodSecurityVersion
    /// The checks, in the order of ``StandardCheckCatalog/all``.
    let entries: [Entry]

    /// The standard of a level at a version.
    package init(_ level: PodSecurityLevel, _ version: PodSecurityVersion) {
        self.level = level
        self.version = version
        entries = StandardCheckCatalog.checks(of: level, inMinor: version.effectiveMinor)
    }

    /// Reads a text such as `restricted@v1.31`; `nil` when it names no standard.
    ///
    /// A level alone stands for its latest version.
    package init?(parsing text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let level = PodSecurityLevel(parsing: name) else { return nil }
        guard parts.count > 1 else {
            self.init(level, .latest)
            return
        }
        guard let version = PodSecurityVersion(parsing: parts[1]) else { return nil }
        self.init(level, version)
    }

    /// Whether the program does not know the version, so that it judges as by `latest`.
    package var isNewerThanKnown: Bool { version.isNewerThanKnown }

    /// The checks that the standard asks for, in the order of violations.
    package var checks: [StandardCheck] { entries.map(\.check) }

    /// Judges a Pod's specification with the annotations that stand beside it.
    ///
    /// - Returns: The checks that forbid something in it; empty when the Pod meets the standard. Linear in the number of containers.
    package func evaluate(pod: PodSpec, annotations: [Annotation]) -> [StandardViolation] {
        var violations: [StandardViolation] = []
        // By index, since going over entries copies each.
        for index in entries.indices {
            var findings: [Finding] = []
            entries[index].search(pod, annotations, &findings)
            guard let violation = StandardViolation(check: entries[index].check, findings: findings) else { continue }
            violations.append(violation)
        }
        return violations
    }
}

extension PodSecurityStandard: Equatable, CustomStringConvertible {
    /// Standards are equal when they were asked for by the same level and version.
    package static func == (first: Self, second: Self) -> Bool {
        first.level == second.level && first.version == second.version
    }

    /// As ``init(parsing:)`` reads it.
    package var description: String { "\(level.rawValue)@\(version)" }
}
