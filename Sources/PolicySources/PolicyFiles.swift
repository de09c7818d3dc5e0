package import KubernetesAPI
package import AdmissionPolicy
package import Platform
import PodScoring
import TLS

/// Reads policies from a file or a directory, such as a mounted ConfigMap.
package enum PolicyFiles {
    /// Reads the policies at a path; no path is no policy, so that the built-in default applies everywhere.
    ///
    /// A path to a pipe is read, unless `takesPipes` is false. Throws all errors at once. What `today` makes of waivers is among the warnings.
    package static func load(
        _ path: String?,
        ownNamespace: String = "",
        today: CivilDate = .now,
        takesPipes: Bool = true
    ) throws(PolicyLoadingError) -> LoadedPolicies {
        guard let path else { return LoadedPolicies(policies: set(nil, ownNamespace), files: [], sha256: "", warnings: []) }
        return try policies(in: PolicyFileSet(at: path, takesPipes: takesPipes), ownNamespace: ownNamespace, today: today)
    }

    /// Reads the policies at a path again.
    package static func reload(_ path: String, ownNamespace: String, today: CivilDate) -> Result<LoadedPolicies, RejectedFiles> {
        do {
            return .success(try load(path, ownNamespace: ownNamespace, today: today, takesPipes: false))
        } catch {
            return .failure(error.files)
        }
    }

    /// Makes policies of files; throws all that is wrong with them.
    private static func policies(
        in files: PolicyFileSet,
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
            let reading = try PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1).read(files.sources, on: today)
            let warnings = files.warnings + reading.warnings.map(\.description)
            return LoadedPolicies(policies: set(reading, ownNamespace), files: digests, sha256: sha256, warnings: warnings)
        } catch {
            throw .rejected(RejectedFiles(lines: error.problems.map(\.description), sha256: sha256))
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
    /// The path leads to no policy file, or one that cannot be read; the sentence says why.
    case unreadable(String)
    /// The files hold invalid policies.
    case rejected(RejectedFiles)

    /// The error as a server shows it.
    package var files: RejectedFiles {
        switch self {
        case .unreadable(let reason): RejectedFiles(lines: [reason])
        case .rejected(let files): files
        }
    }
}

/// Policies that can be put in force.
package struct LoadedPolicies: Sendable {
    /// The policies.
    package let policies: PolicySet
    /// The files that they were read from.
    package let files: [PolicyFile]
    /// The digest of those files one after the other; empty when there are none.
    package let sha256: String
    /// What their author has to know, a line each.
    package let warnings: [String]

    /// Puts together what was read.
    package init(policies: PolicySet, files: [PolicyFile], sha256: String, warnings: [String]) {
        self.policies = policies
        self.files = files
        self.sha256 = sha256
        self.warnings = warnings
    }
}

/// A file that policies were read from.
package struct PolicyFile: Sendable, Equatable {
    /// Its path.
    package let path: String
    /// The digest of its bytes, as `sha256sum` prints it.
    package let sha256: String

    /// Names a file.
    package init(path: String, sha256: String) {
        self.path = path
        self.sha256 = sha256
    }
}
