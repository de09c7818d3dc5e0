package import KubernetesAPI
package import AdmissionPolicy
package import Platform
import PodScoring
import TLS

/// Loads policies from a file or a directory, such as a mounted ConfigMap.
package enum PolicyFiles {
    /// Loads the policies at a path; without a path, the built-in default applies everywhere.
    ///
    /// Reads pipes unless `takesPipes` is false. Throws all errors at once. Waivers that have expired or soon will on `today` are warnings.
    /// Policies can select Namespaces by labels only if these are known.
    package static func load(
        _ path: String?,
        ownNamespace: String = "",
        today: CivilDate = .now,
        takesPipes: Bool = true,
        knowsNamespaceLabels: Bool = false
    ) throws(PolicyLoadingError) -> LoadedPolicies {
        guard let path else { return LoadedPolicies(policies: set(nil, ownNamespace), files: [], sha256: "", warnings: []) }
        return try policies(
            in: PolicyFileSet(at: path, takesPipes: takesPipes),
            by: PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: knowsNamespaceLabels),
            ownNamespace: ownNamespace,
            today: today
        )
    }

    /// Loads the policies at several paths as one set; each path is a file or a directory.
    ///
    /// Policies can select Namespaces by labels. Throws all errors at once.
    package static func load(
        all paths: [String],
        ownNamespace: String = "",
        today: CivilDate = .now
    ) throws(PolicyLoadingError) -> LoadedPolicies {
        let sets = try paths.map { path throws(PolicyLoadingError) in try PolicyFileSet(at: path) }
        return try policies(
            in: PolicyFileSet(joining: sets),
            by: PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true),
            ownNamespace: ownNamespace,
            today: today
        )
    }

    /// Loads the policies at a path again; without a path, the built-in default.
    package static func reload(
        _ path: String?,
        ownNamespace: String,
        today: CivilDate,
        knowsNamespaceLabels: Bool = false
    ) -> Result<LoadedPolicies, RejectedFiles> {
        do {
            let loaded = try load(
                path,
                ownNamespace: ownNamespace,
                today: today,
                takesPipes: false,
                knowsNamespaceLabels: knowsNamespaceLabels
            )
            return .success(loaded)
        } catch {
            return .failure(error.files)
        }
    }

    /// Reads the policies in files; throws all errors at once.
    private static func policies(
        in files: PolicyFileSet,
        by reader: PolicyReader,
        ownNamespace: String,
        today: CivilDate
    ) throws(PolicyLoadingError) -> LoadedPolicies {
        let sha256: String
        let digests: [PolicyFile]
        do throws(OpenSSLReason) {
            sha256 = try files.digest()
            digests = try files.digests()
        } catch {
            throw .unreadable("cannot digest the policy: \(error)")
        }
        do throws(PolicyReadingFailure) {
            let reading = try reader.read(files.sources, on: today)
            let warnings = files.warnings + reading.warnings.map(\.description)
            return LoadedPolicies(policies: set(reading, ownNamespace), files: digests, sha256: sha256, warnings: warnings)
        } catch {
            throw .rejected(RejectedFiles(error.problems.map { .init(at: $0.place, $0.text) }, sha256: sha256))
        }
    }

    private static func set(_ reading: PolicyReading?, _ ownNamespace: String) -> PolicySet {
        PolicySet(
            policies: reading?.policies ?? [],
            waivers: reading?.waivers ?? [],
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: ownNamespace
        )
    }
}

/// Why policies cannot be loaded.
package enum PolicyLoadingError: Error {
    /// The path leads to no policy file, or to one that cannot be read; the text says why.
    case unreadable(String)
    /// The files contain invalid policies.
    case rejected(RejectedFiles)

    /// The error in the form that a server shows.
    package var files: RejectedFiles {
        switch self {
        case .unreadable(let reason): RejectedFiles(reason)
        case .rejected(let files): files
        }
    }
}

/// Policies that can be put in force.
package struct LoadedPolicies: Sendable {
    /// The policies.
    package let policies: PolicySet
    /// The files with the policies.
    package let files: [PolicyFile]
    /// The digest of the concatenated files; empty without files.
    package let sha256: String
    /// The warnings for the author, one per line.
    package let warnings: [String]
    /// The objects of a cluster among the policies; `nil` without a cluster.
    package internal(set) var objects: JoinedObjects?

    /// Combines the policies with their origin.
    package init(policies: PolicySet, files: [PolicyFile], sha256: String, warnings: [String]) {
        self.policies = policies
        self.files = files
        self.sha256 = sha256
        self.warnings = warnings
    }
}

/// A file with policies.
package struct PolicyFile: Sendable, Equatable {
    /// Its path.
    package let path: String
    /// The SHA-256 digest of its bytes, as `sha256sum` prints it.
    package let sha256: String

    /// Names a file.
    package init(path: String, sha256: String) {
        self.path = path
        self.sha256 = sha256
    }
}
